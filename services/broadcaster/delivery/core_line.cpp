#include "delivery/core_line.hpp"

#include "events/subjects.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t queue_limit = 10'000;

}  // namespace

core_line::core_line(runtime::asio::io_context& ctx, const endpoint& e, const std::string& replica, observe::metrics& m)
    : source_("core-" + replica), courier_(ctx, e, nullptr, m), changed_(ctx.get_executor()) {
    courier_.on_done = [this](parcel& p, const decision& d) { attempted(p, d); };
    courier_.metrics().owner(true);
}

void core_line::offer(std::shared_ptr<const bus::message> m, std::uint64_t number) {
    if (draining_ || all_.size() >= queue_limit) {
        courier_.metrics().dropped();
        return;
    }
    auto fresh = std::make_unique<waiting_parcel>();
    fresh->message = std::move(m);
    fresh->p.source.stream_sequence = number;
    fresh->p.source.stored_ns = std::chrono::system_clock::now().time_since_epoch() / 1ns;
    describe(fresh->p, *fresh->message, source_, false, nullptr);
    if (!courier_.wants(fresh->p)) return;
    all_.emplace(number, std::move(fresh));
    ready_.push_back(number);
    deliver();
}

void core_line::deliver() {
    const auto now = std::chrono::steady_clock::now();
    while (!later_.empty() && later_.begin()->first <= now) {
        ready_.push_back(later_.begin()->second);
        later_.erase(later_.begin());
    }
    const auto& health = courier_.health();
    while (!ready_.empty() && courier_.free()) {
        const bool probe = health.probe_due(now) && courier_.under_way() == 0;
        if (health.state() != endpoint_state::healthy && !probe) return;
        const auto next = ready_.front();
        ready_.pop_front();
        courier_.send(all_.at(next)->p);
    }
}

void core_line::attempted(parcel& p, const decision& d) {
    const auto number = p.source.stream_sequence;
    switch (d.action) {
        case action::ack:
            courier_.metrics().processed();
            all_.erase(number);
            break;
        case action::dead_letter:
            lose(p, "attempts used up");
            break;
        case action::retry:
            ++p.attempt;
            later_.emplace(std::chrono::steady_clock::now() + d.delay, number);
            break;
        case action::release:
            ready_.push_front(number);
            break;
    }
    deliver();
}

void core_line::lose(parcel& p, std::string_view why) {
    log::error("webhook lost: core mode keeps no dead letters",
               {{"endpoint", courier_.target().name}, {"event_id", p.event_id}, {"reason", why}});
    courier_.metrics().dropped();
    all_.erase(p.source.stream_sequence);
}

runtime::task<> core_line::run() {
    for (;;) {
        deliver();
        const auto oldest = all_.empty() ? 0ms
                                         : std::chrono::duration_cast<std::chrono::milliseconds>(
                                               std::chrono::system_clock::now().time_since_epoch() -
                                               std::chrono::nanoseconds(all_.begin()->second->p.source.stored_ns));
        courier_.metrics().backlog(all_.size(), oldest);
        co_await changed_.wait(100ms);
    }
}

runtime::task<> core_line::drain(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    draining_ = true;
    while (!all_.empty() && std::chrono::steady_clock::now() < until) {
        deliver();
        co_await changed_.wait(20ms);
    }
    if (!all_.empty())
        log::warn("events lost at stop: core mode", {{"endpoint", courier_.target().name}, {"count", all_.size()}});
}

}  // namespace tidings::broadcaster
