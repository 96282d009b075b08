#include "bus/jetstream/ordered_consumer.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "bus/jetstream/ack_subject.hpp"
#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/json_fields.hpp"
#include "bus/jetstream/ordered_policy.hpp"
#include "runtime/backoff.hpp"
#include "runtime/spawn.hpp"
#include "text/decimal.hpp"

namespace tidings::bus {

namespace json = boost::json;
using verdict = ordered_policy::verdict;

namespace {

using runtime::now;

std::int64_t nanoseconds(std::chrono::nanoseconds d) { return d.count(); }

}  // namespace

// The I/O of ordered_policy. Each creation has its own name and subject: late messages of an earlier one are not seen.
class ordered_consumer::reader : public std::enable_shared_from_this<reader> {
  public:
    reader(const runtime::executor& ex, connection& c, options o, handlers h)
        : executor_(ex), bus_(c), options_(std::move(o)), handlers_(std::move(h)), timer_(ex) {}

    void start();
    void stop();

  private:
    void restart();
    static runtime::task<> create(std::shared_ptr<reader> self, std::string name);
    std::string request() const;
    // nats-server 2.9 delivers only to a subject that is subscribed to as such: the inboxes' wildcard does not count.
    std::string deliver_subject() const { return inbox_ + ".ordered"; }
    verdict created(const json::object& reply);
    void on_message(message m);
    void on_status(const message& m);
    void act(verdict v);
    void restart_at(runtime::time_point t);
    void release();
    void delete_consumer();
    void call(const std::function<void()>& handler) const;

    runtime::executor executor_;
    connection& bus_;
    options options_;
    handlers handlers_;
    ordered_policy policy_;
    runtime::steady_timer timer_;
    std::string inbox_, name_;  // of the consumer that is read; empty: none
    std::optional<subscription> subscription_;
    bool stopped_ = false;
};

void ordered_consumer::reader::start() {
    bus_.on_connected(weak_from_this(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->restart();
    });
    bus_.on_disconnected(weak_from_this(), [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->release();
        self->timer_.cancel();
    });
    if (bus_.connected()) restart_at(now());
}

void ordered_consumer::reader::stop() {
    stopped_ = true;
    timer_.cancel();
    delete_consumer();
    release();
}

// Without this the server would keep it until inactive_threshold.
void ordered_consumer::reader::delete_consumer() {
    if (!name_.empty()) bus_.publish("$JS.API.CONSUMER.DELETE." + options_.stream + "." + name_, inbox_, {}, {});
}

void ordered_consumer::reader::release() {
    if (name_.empty()) return;
    subscription_.reset();
    bus_.close_inbox(inbox_);
    inbox_.clear();
    name_.clear();
}

void ordered_consumer::reader::restart() {
    if (stopped_ || !bus_.connected()) return;
    delete_consumer();
    release();
    policy_.start(now() + bus_.deadline_of("$JS.API.CONSUMER.CREATE", options_.deadline));
    const std::weak_ptr<reader> weak = weak_from_this();
    inbox_ = bus_.open_inbox([](message&) { return true; });
    name_ = "ordered_" + inbox_.substr(inbox_.find('.') + 1);
    std::replace(name_.begin(), name_.end(), '.', '_');
    subscription_.emplace(bus_.subscribe(deliver_subject(), {}, [weak](message m) {
        const auto self = weak.lock();
        if (!self || self->stopped_) return;
        m.status() == 100 ? self->on_status(m) : self->on_message(std::move(m));
    }));
    restart_at(policy_.silent_at());
    call(handlers_.on_start);
    if (!stopped_) runtime::spawn(executor_, create(shared_from_this(), name_));
}

runtime::task<> ordered_consumer::reader::create(std::shared_ptr<reader> self, std::string name) {
    auto& options = self->options_;
    const auto reply = co_await api_call(self->bus_, "CONSUMER.CREATE." + options.stream + "." + name, self->request(),
                                         options.deadline);
    if (self->stopped_ || name != self->name_) co_return;
    if (reply) co_return self->act(self->created(*reply));
    self->release();
    self->restart_at(now() + self->policy_.failed(reply.error() == errc::timeout, runtime::random_unit()));
    if (self->handlers_.on_failure) self->handlers_.on_failure(reply.error());
}

verdict ordered_consumer::reader::created(const json::object& reply) {
    return policy_.created(number_of<std::uint64_t>(reply, "num_pending"),
                           number_of<std::uint64_t>(part(reply, "delivered"), "consumer_seq"), now());
}

std::string ordered_consumer::reader::request() const {
    json::object config{{"name", name_},
                        {"deliver_subject", deliver_subject()},
                        {"deliver_policy", options_.last_per_subject ? "last_per_subject" : "all"},
                        {"filter_subject", options_.filter_subject},
                        {"ack_policy", "none"},
                        {"max_deliver", 1},
                        {"replay_policy", "instant"},
                        {"flow_control", true},
                        {"idle_heartbeat", nanoseconds(ordered_policy::heartbeat)},
                        {"inactive_threshold", nanoseconds(6 * ordered_policy::heartbeat)},
                        {"num_replicas", 1},
                        {"mem_storage", true}};
    if (options_.headers_only) config["headers_only"] = true;
    return json::serialize(json::object{{"stream_name", options_.stream}, {"config", std::move(config)}});
}

void ordered_consumer::reader::on_message(message m) {
    const auto ack = parse_ack_subject(m.reply());
    if (!ack) return;
    const auto v = policy_.arrived(ack->consumer_sequence, ack->pending, now());
    if (v != verdict::restart && handlers_.on_message) handlers_.on_message(std::move(m), ack->stream_sequence);
    act(v);
}

void ordered_consumer::reader::on_status(const message& m) {
    if (!m.reply().empty()) {  // flow control: the server continues after this reply
        bus_.publish(m.reply(), "");
        return;
    }
    act(policy_.heartbeat_arrived(text::parse_number<std::uint64_t>(m.header("Nats-Last-Consumer")).value_or(0),
                                  now()));
}

void ordered_consumer::reader::act(verdict v) {
    if (stopped_) return;
    if (v == verdict::restart) return restart();
    if (v == verdict::current) call(handlers_.on_current);
}

// silent_at() moves on with each sign of the consumer; the timer is only then set again.
void ordered_consumer::reader::restart_at(runtime::time_point t) {
    timer_.expires_at(t);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (!self || failure || self->stopped_) return;
        if (!self->name_.empty() && self->policy_.silent_at() > now())
            return self->restart_at(self->policy_.silent_at());
        self->restart();
    });
}

void ordered_consumer::reader::call(const std::function<void()>& handler) const {
    if (handler) handler();
}

ordered_consumer::ordered_consumer(const runtime::executor& ex, connection& c, options o, handlers h)
    : reader_(std::make_shared<reader>(ex, c, std::move(o), std::move(h))) {
    reader_->start();
}

ordered_consumer::~ordered_consumer() {
    if (reader_) reader_->stop();
}

}  // namespace tidings::bus
