#include "delivery/backlog_watch.hpp"

#include <algorithm>

#include "ids/timestamp.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

runtime::task<std::chrono::milliseconds> age_of_first_after(bus::jetstream& js, std::string stream,
                                                            std::uint64_t floor) {
    const auto first = co_await js.messages().next(std::move(stream), floor + 1, ">");
    if (!first) co_return 0ms;
    const auto stored = ids::parse_timestamp(first->time);
    if (!stored) co_return 0ms;
    co_return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(ids::now() - *stored), 0ms);
}

}  // namespace

runtime::task<> watch_backlogs(links& l, std::vector<delivery_line*> lines) {
    bus::jetstream js(l.bus);
    for (;;) {
        for (auto* line : lines) {
            const auto info = co_await js.consumer(l.stream, consumer_name(line->delivers().target().name));
            if (!info) continue;
            const auto waiting = info->pending + info->ack_pending;
            auto oldest = 0ms;
            if (waiting > 0) oldest = co_await age_of_first_after(js, l.stream, info->ack_floor_stream_seq);
            line->delivers().metrics().backlog(waiting, oldest);
        }
        co_await runtime::sleep_for(2s);
    }
}

}  // namespace tidings::broadcaster
