#include "bus/connection/connection_core.hpp"

#include <nats/nats.h>

#include <algorithm>

#include "bus/connection/pending_request.hpp"
#include "bus/link/message_recycler.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

constexpr auto recycling_pause = 250ms;

// "_INBOX.<unique>." or "_INBOX.<user>.<unique>."
std::string unique_inbox_prefix(const std::string& user) {
    natsInbox* inbox = nullptr;
    if (natsInbox_Create(&inbox) != NATS_OK) throw std::bad_alloc();
    const std::unique_ptr<natsInbox, decltype(&natsInbox_Destroy)> owned(inbox, &natsInbox_Destroy);
    std::string prefix = std::string(inbox) + ".";
    if (!user.empty()) prefix.insert(prefix.find('.') + 1, user + ".");
    return prefix;
}

dial_options dial_options_of(const connection_options& o) {
    return {o.name, o.user, o.password, o.credentials_file, o.ca_file, o.ping_interval};
}

}  // namespace

connection_core::connection_core(runtime::asio::io_context& ctx, const connection_options& o)
    : ctx_(ctx),
      keeper_(std::make_shared<link_keeper>(ctx, dial_options_of(o), redial(parse_servers(o.url), o.reconnect_wait),
                                            o.on_news)),
      inboxes_(unique_inbox_prefix(o.user)),
      no_responders_(inboxes_.open([this](message& m) { return on_probe(m); })),
      inbox_(std::make_shared<wanted_subscription>()),
      late_(inboxes_),
      watches_(o.needs_jetstream),
      witness_(o.witness),
      on_refused_(o.on_refused),
      recycling_(ctx) {
    inbox_->subject = inboxes_.wildcard();
    inbox_->on_message = [this](message m) { inboxes_.dispatch(std::move(m)); };
    subscriptions_.add(inbox_, nullptr);
}

void connection_core::start() {
    if (watches_) {
        watcher_ = std::make_shared<server_watcher>(
            ctx_,
            server_watcher::link{
                [this] { return connected(); },
                [this](std::string subject, std::chrono::milliseconds deadline, std::chrono::milliseconds longest) {
                    return request(std::move(subject), {}, {}, deadline, longest);
                },
                [keeper = std::weak_ptr(keeper_)](const std::string& why) {
                    if (const auto k = keeper.lock()) k->leave(why);
                },
                [this] { return keeper_->error(); },
                [this](const std::string& error) {
                    if (on_refused_) on_refused_(error);
                }},
            witness_);
        watcher_->start();
    }
    keeper_->start(*this);
}

std::string connection_core::trouble() const {
    if (!connected()) return "disconnected: " + last_error();
    if (!watcher_ || watcher_->trouble().empty()) return {};
    return place_of(keeper_->url()) + ": " + watcher_->trouble();
}

void connection_core::shut() {
    if (watcher_) watcher_->stop();
    subscriptions_.deactivate();
    keeper_->shut();
    recycling_.cancel();
    waiters_.fail(errc::disconnected);
    inboxes_.clear();
    subscriptions_.clear();
    on_connected_.clear();
    on_disconnected_.clear();
    on_dropped_.clear();
    message_recycler::of_this_thread().free_batch();
}

boost::system::error_code connection_core::publish(std::string_view subject, std::string_view reply, const headers& h,
                                                   std::string_view payload) {
    const auto failure = publisher_.publish(keeper_->nats(), subject, reply, h, payload);
    if (!h.empty()) recycle_soon();
    return failure;
}

boost::system::error_code connection_core::publish_request(std::string_view subject, std::string_view inbox,
                                                           const headers& h, std::string_view payload) {
    static_cast<void>(publish(no_responders_.probe_before(), {}, {}, {}));  // without it the request fails too
    const auto failure = publish(subject, inbox, h, payload);
    if (!failure) static_cast<void>(publish(no_responders_.probe_after(inbox), {}, {}, {}));
    return failure;
}

runtime::task<boost::system::result<message>> connection_core::request(std::string subject, std::string payload,
                                                                       headers h, std::chrono::milliseconds deadline,
                                                                       std::chrono::milliseconds longest) {
    const auto self = shared_from_this();
    pending_request pending(inboxes_, waiters_, ctx_.get_executor());
    const auto sent = runtime::now();
    if (const auto failure = publish_request(subject, pending.inbox(), h, payload)) co_return failure;
    auto reply =
        co_await pending.reply().wait(std::max(deadline, std::min(late_.deadline(subject, deadline), longest)));
    if (reply) late_.answered(subject, sent);
    if (reply.has_error() && reply.error() == errc::timeout) late_.missed(pending, subject, sent);
    co_return reply;
}

bool connection_core::on_probe(const message& m) {
    if (const auto reply = no_responders_.on_probe(m.subject()))
        inboxes_.dispatch(make_message(*reply, {}, {{"Status", "503"}}, {}));
    return true;
}

bool connection_core::link_adopted(natsConnection* nc) {
    if (!subscriptions_.activate(nc)) return false;
    if (watcher_) watcher_->connected();
    max_payload_ = static_cast<std::size_t>(natsConnection_GetMaxPayload(nc));
    last_error_.clear();
    return true;
}

void connection_core::link_up() {
    const auto self = shared_from_this();
    on_connected_.notify();
}

void connection_core::link_down() {
    const auto self = shared_from_this();
    on_disconnected_.notify();
}

void connection_core::link_received() {
    const auto self = shared_from_this();
    subscriptions_.dispatch([this] {
        no_responders_.on_status();
        on_dropped_.notify();
    });
    recycle_soon();
}

void connection_core::link_closing(const std::string& reason) {
    last_error_ = reason;
    subscriptions_.deactivate();
    waiters_.fail(errc::disconnected);
    late_.clear();
    streams_in_use_.clear();
}

void connection_core::recycle_soon() {
    if (recycling_soon_ || !connected()) return;
    recycling_soon_ = true;
    recycling_.expires_after(recycling_pause);
    recycling_.async_wait([weak = weak_from_this()](boost::system::error_code) {
        const bool more_to_come = message_recycler::of_this_thread().free_batch();
        const auto self = weak.lock();
        if (!self) return;
        self->recycling_soon_ = false;
        if (more_to_come) self->recycle_soon();
    });
}

}  // namespace tidings::bus
