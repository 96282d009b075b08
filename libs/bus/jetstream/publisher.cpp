#include "bus/jetstream/publisher.hpp"

#include <boost/asio/post.hpp>

#include "bus/jetstream/ack_ledger.hpp"
#include "bus/jetstream/ack_patience.hpp"
#include "text/decimal.hpp"

namespace tidings::bus {

// The reply to publish n goes to "<inbox>-<n>".
class publisher::sender : public std::enable_shared_from_this<sender> {
  public:
    sender(runtime::asio::io_context& ctx, connection& c, std::chrono::milliseconds timeout)
        : ctx_(ctx), bus_(c), patience_(timeout), timer_(ctx) {}

    void start();
    void stop();
    void publish(std::string_view subject, const headers& h, std::string_view payload, ack_ledger::ack_handler on_ack);
    std::size_t in_flight() const { return ledger_.size(); }

  private:
    void on_reply(const message& m);
    void note_ack(std::uint64_t number);
    void await_deadline();
    static void fail(const std::vector<ack_ledger::ack_handler>& handlers, errc e);

    runtime::asio::io_context& ctx_;
    connection& bus_;
    ack_patience patience_;
    runtime::steady_timer timer_;
    bool awaiting_ = false;  // the timer runs
    std::string inbox_;
    std::string reply_;  // keeps its memory
    ack_ledger ledger_;
};

void publisher::sender::start() {
    const std::weak_ptr<sender> weak = weak_from_this();
    inbox_ = bus_.open_inbox([weak](message& m) {
        if (const auto self = weak.lock()) self->on_reply(m);
        return true;
    });
    bus_.on_disconnected(weak, [weak] {
        if (const auto self = weak.lock()) fail(self->ledger_.clear(), errc::disconnected);
    });
}

void publisher::sender::stop() {
    bus_.close_inbox(inbox_);
    timer_.cancel();
    fail(ledger_.clear(), errc::disconnected);
}

void publisher::sender::publish(std::string_view subject, const headers& h, std::string_view payload,
                                ack_ledger::ack_handler on_ack) {
    reply_.assign(inbox_).append("-");
    text::append_number(reply_, ledger_.next_number());
    const auto failure =
        ledger_.unproven() ? bus_.publish_request(subject, reply_, h, payload) : bus_.send(subject, reply_, h, payload);
    if (failure) {
        runtime::asio::post(ctx_, [on_ack = std::move(on_ack), failure] { on_ack({failure, 0, false}); });
        return;
    }
    ledger_.add(std::move(on_ack), patience_.due(runtime::now()));
    if (!awaiting_) await_deadline();
}

void publisher::sender::on_reply(const message& m) {
    const auto token = m.subject().substr(std::min(inbox_.size() + 1, m.subject().size()));
    const auto number = text::parse_number<std::uint64_t>(token).value_or(0);
    const bool no_responders = m.status() == 503;
    const auto on_ack = ledger_.take(number, !no_responders);
    if (!no_responders) note_ack(number);
    if (!on_ack) return;  // after its deadline
    if (no_responders) return on_ack({make_error_code(errc::no_responders), 0, false});
    std::string detail;
    const auto ack = parse_publish_reply(m.payload(), detail);
    if (!detail.empty()) bus_.note_error("publish: " + detail);
    on_ack(ack);
}

void publisher::sender::note_ack(std::uint64_t number) {
    bus_.note_answer();
    if (const auto due = ledger_.missed(number)) patience_.late(*due, runtime::now());
}

void publisher::sender::await_deadline() {
    const auto due = ledger_.next_due();
    awaiting_ = due.has_value();
    if (!due) return;
    timer_.expires_at(*due);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (!self || failure) return;
        const auto late = self->ledger_.expire(std::chrono::steady_clock::now());
        self->await_deadline();
        fail(late, errc::timeout);
    });
}

void publisher::sender::fail(const std::vector<ack_ledger::ack_handler>& handlers, errc e) {
    for (const auto& on_ack : handlers)
        on_ack({make_error_code(e), 0, false});
}

publisher::publisher(runtime::asio::io_context& ctx, connection& c, std::chrono::milliseconds ack_timeout)
    : sender_(std::make_shared<sender>(ctx, c, ack_timeout)) {
    sender_->start();
}

publisher::~publisher() { sender_->stop(); }

void publisher::publish(std::string_view subject, const headers& h, std::string_view payload,
                        std::function<void(const publish_ack&)> on_ack) {
    sender_->publish(subject, h, payload, std::move(on_ack));
}

std::size_t publisher::in_flight() const { return sender_->in_flight(); }

}  // namespace tidings::bus
