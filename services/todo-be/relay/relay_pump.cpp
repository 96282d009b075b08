#include "relay/relay_pump.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto never = relay_pump::time_point::max();
constexpr auto poll_interval = 1s;  // the fallback where a notification was lost
constexpr auto clear_after = 20ms;  // stored events are cleared in batches
constexpr std::size_t clear_batch = 512;
constexpr std::size_t most_on_their_way = 512;
constexpr auto stop_limit = 1s;

std::size_t bytes_of(const std::vector<outbox_event>& events) {
    return std::transform_reduce(events.begin(), events.end(), std::size_t{0}, std::plus<>(),
                                 [](const outbox_event& e) { return e.payload.size(); });
}

}  // namespace

relay_pump::step relay_pump::next(time_point now) const {
    if (stopping()) {
        if (window_.on_their_way() > 0 && now < stop_by_) return {relay_step::leave, stop_by_};
        return {stored().empty() ? relay_step::leave : relay_step::clear, now};
    }
    // The one that has been due for longest goes first: none can starve another.
    return std::min({step{relay_step::publish, publish_at(now)}, step{relay_step::check_stream, stream_.look_at()},
                     step{relay_step::confirm_lead, lead_.confirm_at()}, step{relay_step::clear, clear_at()},
                     step{relay_step::read, read_at(now)}},
                    [](const step& a, const step& b) { return a.at < b.at; });
}

void relay_pump::lead(time_point asked, std::int64_t last_seq) {
    lead_.confirmed(asked);
    cleared_up_to_ = std::max(cleared_up_to_, last_seq);
    wake(asked);
}

void relay_pump::lose_lead() {
    lead_.lost();
    window_.clear();
}

void relay_pump::offer(time_point now, std::vector<outbox_event> created) {
    if (!may_publish(now) || full(created)) return wake(now);
    for (auto& e : created) {
        if (e.seq > cleared_up_to_) {
            window_.add(std::move(e));
        } else {
            wake(now);
        }
    }
}

std::vector<std::int64_t> relay_pump::start_read() {
    read_wanted_ = never;
    return window_.all_seqs();
}

void relay_pump::finish_read(time_point now, std::vector<outbox_event> events) {
    last_read_ = now;
    if (events.size() == read_batch || bytes_of(events) >= read_bytes) {
        wake(now);
    } else {
        pace_.read(now, events.size());
    }
    for (auto& e : events)
        window_.add(std::move(e));
}

std::vector<const outbox_event*> relay_pump::take_burst(time_point now) {
    std::vector<const outbox_event*> burst;
    if (publish_at(now) > now) return burst;
    while (window_.on_their_way() < most_on_their_way && window_.sendable())
        burst.push_back(window_.next());
    pace_.published(now, burst.size());
    return burst;
}

void relay_pump::stored(time_point now, std::int64_t seq) {
    pace_.stored();
    if (stored().empty()) first_stored_ = now;
    window_.stored(seq);
}

bool relay_pump::failed(time_point now, std::int64_t seq, bool stream_in_doubt, double random) {
    window_.failed(seq);
    if (!pace_.failed(now, random)) return false;
    if (stream_in_doubt) stream_.doubt();
    return true;
}

void relay_pump::cleared(time_point now, const std::vector<std::int64_t>& seqs) {
    for (const auto seq : seqs)
        cleared_up_to_ = std::max(cleared_up_to_, seq);
    window_.forget(seqs);
    first_stored_ = now;
}

void relay_pump::stop(time_point now) { stop_by_ = std::min(stop_by_, now + stop_limit); }

// A process that was frozen must not assume that it still leads.
bool relay_pump::may_publish(time_point now) const { return lead_.certain(now) && stream_.ready() && !stopping(); }

bool relay_pump::full(const std::vector<outbox_event>& more) const {
    if (more.empty()) return window_.size() >= most_held || window_.bytes() >= most_bytes_held;
    return window_.size() + more.size() > most_held || window_.bytes() + bytes_of(more) > most_bytes_held;
}

relay_pump::time_point relay_pump::publish_at(time_point now) const {
    const bool waiting = window_.sendable() && window_.on_their_way() < most_on_their_way;
    return waiting && may_publish(now) ? pace_.publish_at() : never;
}

relay_pump::time_point relay_pump::clear_at() const {
    if (stored().empty()) return never;
    return stored().size() >= clear_batch ? first_stored_ : first_stored_ + clear_after;
}

relay_pump::time_point relay_pump::read_at(time_point now) const {
    if (!may_publish(now) || full()) return never;
    return std::max(pace_.read_at(), std::min(read_wanted_, last_read_ + poll_interval));
}

}  // namespace tidings::todo_be
