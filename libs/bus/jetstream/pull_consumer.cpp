#include "bus/jetstream/pull_consumer.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "bus/connection/server_watcher.hpp"
#include "bus/jetstream/ack_subject.hpp"
#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/pull_policy.hpp"
#include "runtime/backoff.hpp"
#include "text/decimal.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

// Replies to request n go to "<inbox>-<n>", those to a check to number 0, which no request has.
constexpr std::uint64_t check_number = 0;

using runtime::now;

pull_policy::status read_status(const message& m) {
    const auto unserved = m.header("Nats-Pending-Messages");
    return {m.status(),
            unserved.empty() ? std::nullopt : std::optional(text::parse_number<std::size_t>(unserved).value_or(0)),
            m.header("Description").find("Deleted") != std::string_view::npos,
            m.header("Description").find("MaxBytes") != std::string_view::npos};
}

pull_policy::check read_check(const message& m) {
    if (m.status() == 503) return pull_policy::check::missing;
    std::string detail;
    const auto info = parse_api_reply(m.payload(), detail);
    if (info) return pull_policy::check::exists;
    return info.error() == errc::not_found ? pull_policy::check::missing : pull_policy::check::unknown;
}

}  // namespace

// The I/O of pull_policy.
class pull_consumer::puller : public std::enable_shared_from_this<puller> {
  public:
    puller(connection& c, runtime::asio::io_context& ctx, options o, std::function<void(delivery)> on_delivery,
           std::function<void()> on_missing, std::function<void()> on_silent)
        : bus_(c),
          ctx_(ctx),
          options_(std::move(o)),
          consumer_(options_.stream + "." + options_.durable),
          on_delivery_(std::move(on_delivery)),
          on_missing_(std::move(on_missing)),
          on_silent_(std::move(on_silent)),
          policy_(options_.batch, options_.expires),
          timer_(ctx) {}

    void start();
    void stop();
    void set_capacity(std::size_t messages);
    std::size_t outstanding() const { return policy_.outstanding(); }

  private:
    void request_soon();
    void request_now();
    bool send(const pull_policy::request& r);
    void check_consumer();
    void on_message(message m);
    void on_reply(const message& m);
    void await_tick();

    connection& bus_;
    runtime::asio::io_context& ctx_;
    options options_;
    std::string consumer_, inbox_;
    std::function<void(delivery)> on_delivery_;
    std::function<void()> on_missing_, on_silent_;
    pull_policy policy_;
    bool requesting_ = false;  // request_now() is posted
    runtime::steady_timer timer_;
    std::optional<runtime::time_point> timer_due_;
};

void pull_consumer::puller::start() {
    const std::weak_ptr<puller> weak = weak_from_this();
    bus_.bind(consumer_, [weak](message m) {
        if (const auto self = weak.lock()) self->on_message(std::move(m));
    });
    inbox_ = bus_.open_inbox([weak](message& m) {
        if (const auto self = weak.lock()) self->on_reply(m);
        return true;
    });
    const auto on_link = [weak] {
        const auto self = weak.lock();
        if (!self) return;
        self->policy_.link_changed();
        self->request_soon();
    };
    bus_.on_disconnected(weak, on_link);
    bus_.on_connected(weak, on_link);
}

void pull_consumer::puller::stop() {
    bus_.unbind(consumer_);
    bus_.close_inbox(inbox_);
    timer_.cancel();
}

void pull_consumer::puller::set_capacity(std::size_t messages) {
    policy_.set_capacity(messages);
    request_soon();
}

void pull_consumer::puller::request_soon() {
    // Deferred to later in this turn of the loop: one request covers the capacity freed by several deliveries.
    if (requesting_ || !policy_.wants_more()) return;
    requesting_ = true;
    runtime::asio::post(ctx_, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->requesting_ = false;
        self->request_now();
    });
}

void pull_consumer::puller::request_now() {
    if (policy_.wants_more() && policy_.needs_check()) check_consumer();
    while (const auto r = policy_.next_request(now())) {
        if (send(*r)) continue;
        policy_.link_changed();  // disconnected: requested again on the next link
        break;
    }
    await_tick();
}

bool pull_consumer::puller::send(const pull_policy::request& r) {
    const auto ns = std::chrono::nanoseconds(options_.expires).count();
    auto body = "{\"batch\":" + std::to_string(r.batch) + ",\"expires\":" + std::to_string(ns);
    if (options_.max_bytes > 0) {
        constexpr std::size_t most_around = 16 * 1024;  // subjects and headers beside the payload
        body += ",\"max_bytes\":" + std::to_string(std::max(options_.max_bytes, bus_.max_payload() + most_around));
    }
    body += '}';
    return !bus_.publish_request("$JS.API.CONSUMER.MSG.NEXT." + consumer_, inbox_ + "-" + std::to_string(r.number), {},
                                 body);
}

void pull_consumer::puller::check_consumer() {
    static_cast<void>(bus_.publish_request("$JS.API.CONSUMER.INFO." + consumer_,
                                           inbox_ + "-" + std::to_string(check_number), {}, {}));
}

void pull_consumer::puller::on_message(message m) {
    policy_.delivered();
    bus_.note_answer();
    const auto ack = parse_ack_subject(m.reply());
    if (!ack) return;
    on_delivery_(
        {std::move(m), ack->stream_sequence, ack->consumer_sequence, ack->delivered, ack->stored_ns, ack->pending});
}

void pull_consumer::puller::on_reply(const message& m) {
    if (m.status() != 503 && !says_unavailable(m)) bus_.note_answer();
    const auto number =
        text::parse_number<std::uint64_t>(m.subject().substr(std::min(inbox_.size() + 1, m.subject().size())))
            .value_or(0);
    const auto random = runtime::random_unit();
    const auto outcome = number == check_number ? policy_.consumer_checked(read_check(m), now(), random)
                                                : policy_.ended(number, read_status(m), now(), random);
    await_tick();
    request_soon();
    if (outcome == pull_policy::outcome::consumer_missing && on_missing_) on_missing_();
}

void pull_consumer::puller::await_tick() {
    const auto due = policy_.next_tick();
    if (!due || (timer_due_ && *timer_due_ <= *due)) return;
    timer_due_ = due;
    timer_.expires_at(*due);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (!self || failure) return;
        self->timer_due_.reset();
        const auto outcome = self->policy_.tick(now());
        self->request_soon();
        self->await_tick();
        if (outcome == pull_policy::outcome::consumer_silent && self->on_silent_) self->on_silent_();
    });
}

pull_consumer::pull_consumer(connection& c, runtime::asio::io_context& ctx, options o,
                             std::function<void(delivery)> on_delivery, std::function<void()> on_missing,
                             std::function<void()> on_silent)
    : puller_(std::make_shared<puller>(c, ctx, std::move(o), std::move(on_delivery), std::move(on_missing),
                                       std::move(on_silent))) {
    puller_->start();
}

pull_consumer::~pull_consumer() { puller_->stop(); }

void pull_consumer::set_capacity(std::size_t messages) { puller_->set_capacity(messages); }

std::size_t pull_consumer::outstanding() const { return puller_->outstanding(); }

}  // namespace tidings::bus
