#include "bus/publisher.hpp"

#include <boost/asio/post.hpp>
#include <charconv>
#include <deque>

#include "bus/ack_json.hpp"

namespace tidings::bus {

namespace {

using namespace std::chrono_literals;

using ack_handler = std::function<void(const publish_ack&)>;

publish_ack failed(errc why) {
    publish_ack ack;
    ack.failure = make_error_code(why);
    return ack;
}

}  // namespace

struct publisher::state : std::enable_shared_from_this<publisher::state> {
    struct pending {
        ack_handler on_ack;  // empty: answered
        runtime::time_point deadline;
    };

    state(runtime::asio::io_context& c, connection& b, std::chrono::milliseconds t)
        : ctx(c), bus(&b), timeout(t), sweep_timer(c) {}

    void answered(std::uint64_t number, const publish_ack& ack);
    void fail_all(errc why);
    void sweep();
    void sweep_later();

    runtime::asio::io_context& ctx;
    connection* bus;
    std::chrono::milliseconds timeout;
    std::string inbox;
    std::uint64_t first = 1;    // number of queue.front()
    std::deque<pending> queue;  // in the order of publishing; acks come nearly in that order
    std::size_t in_flight = 0;
    runtime::steady_timer sweep_timer;
    bool sweeping = false;
};

publisher::publisher(runtime::asio::io_context& ctx, connection& c, std::chrono::milliseconds ack_timeout)
    : state_(std::make_shared<state>(ctx, c, ack_timeout)) {
    state_->inbox = c.open_inbox([weak = std::weak_ptr(state_)](message& m) {
        const auto s = weak.lock();
        if (!s) return false;
        const auto subject = m.subject();
        std::uint64_t number = 0;
        const auto digits = subject.substr(std::min(s->inbox.size() + 1, subject.size()));
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        s->answered(number, parse_ack(m));
        return true;
    });
    c.on_disconnected([weak = std::weak_ptr(state_)] {
        if (const auto s = weak.lock()) s->fail_all(errc::disconnected);
    });
}

publisher::~publisher() {
    state_->bus->close_inbox(state_->inbox);
    state_->sweep_timer.cancel();
    state_->fail_all(errc::disconnected);
}

std::size_t publisher::in_flight() const { return state_->in_flight; }

void publisher::publish(std::string_view subject, const headers& h, std::string_view payload, ack_handler on_ack) {
    auto& s = *state_;
    const auto number = s.first + s.queue.size();
    thread_local std::string reply;
    reply.assign(s.inbox).push_back('-');
    reply.append(std::to_string(number));
    const bool sent = s.bus->publish(subject, reply, h, payload);
    s.queue.push_back({std::move(on_ack), std::chrono::steady_clock::now() + s.timeout});
    ++s.in_flight;
    if (sent) return s.sweep_later();
    const auto why = payload.size() > s.bus->max_payload() ? errc::too_large : errc::disconnected;
    runtime::asio::post(s.ctx, [self = state_, number, why] { self->answered(number, failed(why)); });
}

void publisher::state::answered(std::uint64_t number, const publish_ack& ack) {
    if (number < first || number >= first + queue.size()) return;
    const auto on_ack = std::exchange(queue[number - first].on_ack, nullptr);
    while (!queue.empty() && !queue.front().on_ack) {
        queue.pop_front();
        ++first;
    }
    if (!on_ack) return;
    --in_flight;
    on_ack(ack);
}

void publisher::state::fail_all(errc why) {
    const auto self = shared_from_this();
    const auto end = first + queue.size();
    for (auto number = first; number < end; ++number)
        answered(number, failed(why));
}

void publisher::state::sweep_later() {
    if (std::exchange(sweeping, true)) return;
    sweep_timer.expires_after(std::max<std::chrono::milliseconds>(timeout / 8, 10ms));
    sweep_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& stopped) {
        const auto s = weak.lock();
        if (!s || stopped) return;
        s->sweeping = false;
        s->sweep();
    });
}

void publisher::state::sweep() {
    const auto now = std::chrono::steady_clock::now();
    while (!queue.empty() && queue.front().deadline <= now)
        answered(first, failed(errc::timeout));
    if (!queue.empty()) sweep_later();
}

}  // namespace tidings::bus
