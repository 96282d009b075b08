#include "delivery/core_feed.hpp"

#include <algorithm>

#include "events/subjects.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t queue_limit = 10'000;

}  // namespace

core_feed::core_feed(line_links& l, bus::connection& c, const std::vector<std::string>& subjects,
                     std::span<const endpoint_ptr> endpoints, const std::string& replica)
    : links_(l), source_("core-" + replica) {
    log::warn(
        "core mode: events are taken from plain NATS and delivered AT MOST ONCE; what this process holds is lost with "
        "it");
    for (const auto& e : endpoints) {
        lines_.push_back(std::make_unique<endpoint_line>(l, e, *this, nullptr));
        lines_.back()->delivers().metrics().owner(true);
    }
    for (const auto& subject : subjects)
        subscriptions_.push_back(
            c.subscribe(subject, std::string(events::worker_group), [this](bus::message m) { arrived(std::move(m)); }));
}

void core_feed::arrived(bus::message m) {
    const auto now = std::chrono::system_clock::now().time_since_epoch() / 1ns;
    const auto e = make_event(std::move(m), source_, {0, ++number_}, now);
    e->held = links_.in_hand.hold(e->bytes + hands::bytes_per_event);
    for (const auto& line : lines_) {
        if (!line->target().enabled || !line->wants(*e)) continue;
        if (line->in_hand() >= queue_limit || !line->has_room_for_bytes()) {
            line->delivers().metrics().dropped();
        } else {
            line->offer(e);
        }
    }
}

endpoint_line* core_feed::find(std::string_view endpoint_name) const {
    const auto it =
        std::ranges::find_if(lines_, [&](const auto& line) { return line->target().name == endpoint_name; });
    return it == lines_.end() ? nullptr : it->get();
}

std::optional<endpoint_status> core_feed::status(std::string_view endpoint_name) const {
    auto* const line = find(endpoint_name);
    if (line == nullptr) return std::nullopt;
    auto s = line->delivers().status();
    s.waiting = line->in_hand();
    return s;
}

void core_feed::resume(std::string_view endpoint_name) {
    if (auto* const line = find(endpoint_name)) line->resume();
}

runtime::task<> core_feed::run() {
    for (;;) {
        links_.attempts.adapt(load_.since_last(), runtime::now());
        for (const auto& line : lines_) {
            const auto age =
                line->idle() ? 0ms
                             : std::chrono::duration_cast<std::chrono::milliseconds>(runtime::now() - line->oldest());
            line->delivers().metrics().backlog(line->in_hand(), age);
        }
        co_await runtime::sleep_for(100ms);
    }
}

runtime::task<> core_feed::drain(std::chrono::milliseconds limit) {
    subscriptions_.clear();
    const auto until = runtime::now() + limit;
    const auto waits = [](const auto& line) { return !line->idle(); };
    while (std::ranges::any_of(lines_, waits) && runtime::now() < until)
        co_await runtime::sleep_for(20ms);
    for (const auto& line : lines_)
        if (!line->idle())
            log::warn("events lost at stop: core mode",
                      {{"endpoint", line->target().name}, {"count", line->in_hand()}});
}

}  // namespace tidings::broadcaster
