#include "delivery/store_replay.hpp"

#include <algorithm>
#include <utility>

#include "delivery/retry_message.hpp"
#include "events/subjects.hpp"

namespace tidings::broadcaster {

namespace {

constexpr int most_tries = 3;

// Which message of `subject` it is, when another request has just stored it.
runtime::task<bus::result<std::uint64_t>> stored_before(bus::jetstream& js, std::string subject, std::string key) {
    const auto there = co_await js.messages().last(std::string(events::retries_stream), std::move(subject));
    if (!there) co_return there.error();
    if (std::ranges::find(there->h, std::pair{std::string("Nats-Msg-Id"), key}) == there->h.end())
        co_return bus::errc::wrong_sequence;
    co_return there->sequence;
}

}  // namespace

runtime::task<bus::result<std::uint64_t>> store_replay(bus::connection& c, replay_target where, given_up g,
                                                       std::string letter_time) {
    const retry_id id{replay_incarnation, g.replay_of};
    const auto key = "replay/" + std::to_string(g.replay_of) + '/' + letter_time;
    const auto subject = retry_subject(where.shard, where.endpoint, id);
    auto original = bus::make_message(g.subject, "", g.headers, g.body);
    const auto e = make_event(std::move(original), where.stream, {replay_incarnation, g.stream_sequence}, g.stored_ns);
    e->id = g.event_id;
    bus::jetstream js(c);
    auto room = c.max_payload();
    for (int tries = 1;; ++tries) {
        retry_queue::entry due;
        due.due = std::chrono::system_clock::now();
        auto m = write_retry(*e, due, where.stream, "", room);
        m.headers.insert(m.headers.begin(), {"Nats-Msg-Id", key});
        m.headers.emplace_back("Nats-Expected-Last-Subject-Sequence", "0");
        const auto stored = co_await js.publish(subject, std::string(m.body), std::move(m.headers));
        if (stored) co_return stored;
        if (stored.error() == bus::errc::wrong_sequence) {
            // Newer servers look at the subject before they look for duplicates.
            const auto before = co_await stored_before(js, subject, key);
            const bool gone = before.has_error() && before.error() == bus::errc::not_found;
            if (!gone || tries == most_tries) co_return before;
        } else if (stored.error() != bus::errc::too_large || std::exchange(room, 0) == 0) {
            co_return stored;
        }
    }
}

}  // namespace tidings::broadcaster
