#include "bus/jetstream/publisher.hpp"

#include <boost/asio/post.hpp>
#include <charconv>
#include <deque>
#include <vector>

#include "bus/jetstream/publish_reply.hpp"

namespace tidings::bus {

namespace {

using ack_handler = std::function<void(const publish_ack&)>;

struct waiting {
    ack_handler on_ack;  // empty: answered already
    runtime::time_point due;
};

}  // namespace

// The n-th publish is answered at "<inbox>-<n>"; those that wait stand in the order of their numbers.
struct publisher::state : std::enable_shared_from_this<state> {
    state(runtime::asio::io_context& loop, connection& c, std::chrono::milliseconds timeout)
        : ctx(loop), bus(c), ack_timeout(timeout), sweep(loop) {}

    void start();
    void expect(ack_handler on_ack);
    void answered(const message& m);
    void sweep_later();
    void sweep_now();
    void drop_answered();
    void fail_all(errc e);

    runtime::asio::io_context& ctx;
    connection& bus;
    std::chrono::milliseconds ack_timeout;
    runtime::steady_timer sweep;
    bool sweeping = false;
    std::string inbox;
    std::string reply;  // scratch
    std::deque<waiting> queue;
    std::uint64_t first = 0;  // the number of queue.front()
    std::size_t open = 0;
    // Whether a stream listens. Until an ack has shown it, each publish is a question: no_responders is told at once.
    bool unsure = true;
};

void publisher::state::start() {
    const std::weak_ptr<state> weak = weak_from_this();
    inbox = bus.open_inbox([weak](message& m) {
        if (const auto self = weak.lock()) self->answered(m);
        return true;
    });
    bus.on_disconnected(weak, [weak] {
        if (const auto self = weak.lock()) self->fail_all(errc::disconnected);
    });
}

void publisher::state::expect(ack_handler on_ack) {
    queue.push_back({std::move(on_ack), std::chrono::steady_clock::now() + ack_timeout});
    ++open;
    if (!sweeping) sweep_later();
}

void publisher::state::answered(const message& m) {
    const auto token = m.subject().substr(std::min(inbox.size() + 1, m.subject().size()));
    std::uint64_t number = 0;
    std::from_chars(token.data(), token.data() + token.size(), number);
    // An answer may come after its deadline.
    if (number < first || number - first >= queue.size()) return;
    const auto on_ack = std::exchange(queue[number - first].on_ack, {});
    if (!on_ack) return;
    --open;
    drop_answered();
    if (m.status() == 503) return on_ack({make_error_code(errc::no_responders), 0, false});
    unsure = false;
    std::string detail;
    const auto ack = parse_publish_reply(m.payload(), detail);
    if (!detail.empty()) bus.note_error("publish: " + detail);
    on_ack(ack);
}

void publisher::state::drop_answered() {
    while (!queue.empty() && !queue.front().on_ack) {
        queue.pop_front();
        ++first;
    }
}

void publisher::state::sweep_later() {
    sweeping = !queue.empty();
    if (!sweeping) return;
    sweep.expires_at(queue.front().due);
    sweep.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (self && !failure) self->sweep_now();
    });
}

void publisher::state::sweep_now() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<ack_handler> late;
    while (!queue.empty() && queue.front().due <= now) {
        late.push_back(std::exchange(queue.front().on_ack, {}));
        --open;
        drop_answered();
    }
    sweep_later();
    unsure = unsure || !late.empty();
    for (const auto& on_ack : late)
        on_ack({make_error_code(errc::timeout), 0, false});
}

void publisher::state::fail_all(errc e) {
    const auto failed = std::exchange(queue, {});
    first += failed.size();
    open = 0;
    unsure = true;
    for (const auto& one : failed) {
        if (one.on_ack) one.on_ack({make_error_code(e), 0, false});
    }
}

publisher::publisher(runtime::asio::io_context& ctx, connection& c, std::chrono::milliseconds ack_timeout)
    : state_(std::make_shared<state>(ctx, c, ack_timeout)) {
    state_->start();
}

publisher::~publisher() {
    state_->bus.close_inbox(state_->inbox);
    state_->sweep.cancel();
    state_->fail_all(errc::disconnected);
}

void publisher::publish(std::string_view subject, const headers& h, std::string_view payload, ack_handler on_ack) {
    auto& s = *state_;
    char number[20];
    const auto end = std::to_chars(number, number + sizeof number, s.first + s.queue.size()).ptr;
    s.reply.assign(s.inbox).append("-").append(number, end);
    const auto failure = s.unsure ? s.bus.ask(subject, s.reply, h, payload) : s.bus.send(subject, s.reply, h, payload);
    if (failure) {
        runtime::asio::post(s.ctx, [on_ack = std::move(on_ack), failure] { on_ack({failure, 0, false}); });
        return;
    }
    s.expect(std::move(on_ack));
}

std::size_t publisher::in_flight() const { return state_->open; }

}  // namespace tidings::bus
