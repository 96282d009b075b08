#include "delivery/backlog_watch.hpp"

#include <algorithm>
#include <map>

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
        for (const auto& r : s.riders()) {
            const auto next = s.next(r->number);
            const auto unread = end->second > next ? end->second - next : 0;
            all.push_back({r->line.target().name, s.stream(), next, unread + r->line.in_hand() + r->line.retries(),
                           r->line.age_of_oldest(), unread > 0 && r->line.idle()});
        }
    });
    return all;
}

runtime::task<std::chrono::milliseconds> age_of(bus::jetstream& js, std::string stream, std::uint64_t sequence) {
    const auto first = co_await js.messages().next(std::move(stream), sequence, ">");
    if (!first) co_return 0ms;
    const auto stored = ids::parse_timestamp(first->time);
    if (!stored) co_return 0ms;
    co_return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(ids::now() - *stored), 0ms);
}

}  // namespace

runtime::task<> watch_backlogs(fleet& f, bus::connection& c) {
    bus::jetstream js(c);
    for (;;) {
        std::map<std::string, std::uint64_t> ends;
        f.for_each_share([&](stream_share& s) { ends[s.stream()] = 0; });
        for (auto& [stream, end] : ends)
            if (const auto info = co_await js.stream(stream)) end = info->last_seq + 1;
        for (auto& b : look(f, ends)) {
            if (b.only_unread) b.oldest = std::max(b.oldest, co_await age_of(js, b.stream, b.next));
            if (auto* const line = f.find(b.endpoint)) line->delivers().metrics().backlog(b.waiting, b.oldest);
        }
        co_await runtime::sleep_for(period);
    }
}

}  // namespace tidings::broadcaster
