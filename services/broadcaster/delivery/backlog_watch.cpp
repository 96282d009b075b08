#include "delivery/backlog_watch.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "ids/timestamp.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto period = 2s;

struct backlog {
    std::string endpoint, stream;
    std::uint64_t next = 0;  // the first event not read for it
    std::uint64_t waiting = 0;
    std::chrono::milliseconds oldest{0};
    bool only_unread = false;  // nothing is in hand: the age is that of the first unread
};

std::vector<backlog> look(fleet& f, const std::map<std::string, std::uint64_t>& ends) {
    std::vector<backlog> all;
    f.for_each_share([&](stream_share& s) {
        const auto end = ends.find(s.stream());
        if (end == ends.end()) return;
        s.for_each_rider([&](stream_share::rider& r) {
            r.line.delivers().rest();
            const auto next = s.next(r.number);
            const auto unread = end->second > next ? end->second - next : 0;
            all.push_back({r.line.target().name, s.stream(), next, unread + r.line.in_hand() + r.line.retries(),
                           std::max(r.line.age_of_oldest(), r.line.overdue()), unread > 0 && r.line.idle()});
        });
    });
    return all;
}

// Nobody delivers of a stream that is not there.
void tell_owner(fleet& f, const std::set<std::string>& missing) {
    f.for_each_share([&](stream_share& s) {
        const bool there = !missing.contains(s.stream());
        s.for_each_rider([&](stream_share::rider& r) { r.line.delivers().metrics().owner(there); });
    });
}

// When the first unread events were stored, for endpoints whose place has not moved since.
class first_unread {
  public:
    explicit first_unread(bus::connection& c) : js_(c) {}

    runtime::task<std::chrono::milliseconds> age(std::string endpoint, std::string stream, std::uint64_t next) {
        auto& known = known_[endpoint];
        if (known.next != next || !known.stored) {
            const auto first = co_await js_.messages().next(stream, next, ">");
            known = {next, first ? ids::parse_timestamp(first->time) : std::nullopt};
        }
        if (!known.stored) co_return 0ms;
        co_return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(ids::now() - *known.stored), 0ms);
    }
    // Only of those that are asked for from now on: others have something in hand, or are gone.
    void keep(const std::vector<backlog>& all) {
        std::erase_if(known_, [&](const auto& k) {
            return std::ranges::none_of(all, [&](const backlog& b) { return b.only_unread && b.endpoint == k.first; });
        });
    }

  private:
    struct place {
        std::uint64_t next = 0;
        std::optional<ids::timestamp> stored;
    };
    bus::jetstream js_;
    std::map<std::string, place> known_;
};

}  // namespace

runtime::task<> watch_backlogs(fleet& f, bus::connection& c) {
    bus::jetstream js(c);
    first_unread unread(c);
    for (;;) {
        std::map<std::string, std::uint64_t> ends;
        std::set<std::string> missing;
        f.for_each_share([&](stream_share& s) { ends[s.stream()] = 0; });
        for (auto& [stream, end] : ends) {
            const auto info = co_await js.stream(stream);
            if (info) end = info->last_seq + 1;
            if (!info && info.error() == bus::errc::not_found) missing.insert(stream);
        }
        tell_owner(f, missing);
        auto all = look(f, ends);
        unread.keep(all);
        for (auto& b : all) {
            if (b.only_unread) b.oldest = std::max(b.oldest, co_await unread.age(b.endpoint, b.stream, b.next));
            if (auto* const line = f.find(b.endpoint)) line->delivers().note_backlog(b.waiting, b.oldest);
        }
        co_await runtime::sleep_for(period);
    }
}

}  // namespace tidings::broadcaster
