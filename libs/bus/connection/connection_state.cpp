#include "bus/connection/connection_state.hpp"

#include <nats/nats.h>

#include <algorithm>
#include <climits>

#include "bus/link/graveyard.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

constexpr auto longest_pause = 2'000ms;
constexpr auto burial_pause = 250ms;
constexpr auto first_patience = 800ms;

}  // namespace

std::string unique_inbox_prefix() {
    natsInbox* inbox = nullptr;
    if (natsInbox_Create(&inbox) != NATS_OK) throw std::bad_alloc();
    const std::unique_ptr<natsInbox, decltype(&natsInbox_Destroy)> owned(inbox, &natsInbox_Destroy);
    return std::string(inbox) + ".";
}

void subscription_closer::operator()(natsSubscription* s) const { natsSubscription_Destroy(s); }

connection::state::state(runtime::asio::io_context& loop, connection_options o)
    : ctx(loop),
      options(std::move(o)),
      servers(parse_servers(options.url)),
      gate(std::make_shared<loop_gate>(loop)),
      work(loop.get_executor()),
      pauses(std::max(options.reconnect_wait, 1ms), std::max(options.reconnect_wait, longest_pause)),
      pause(loop),
      patience(loop),
      burial(loop),
      inboxes(unique_inbox_prefix()) {}

void connection::state::start_dialling() {
    dial(gate, options, with_discovered(servers, discovered), servers.tls, [weak = weak_from_this()](dialled d) {
        if (const auto self = weak.lock()) self->adopt(std::move(d));
    });
}

void connection::state::redial() {
    pause.expires_after(pauses.next());
    pause.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (self && !failure) self->start_dialling();
    });
}

void connection::state::tell_away(const std::string& reason) {
    const auto now = std::chrono::steady_clock::now();
    if (away.failed(now, reason) && options.on_news) options.on_news({false, reason, away.lasted(now)});
}

void connection::state::tell_connected() {
    const auto lasted = away.lasted(std::chrono::steady_clock::now());
    away.ended();
    if (options.on_news) options.on_news({true, {}, lasted});
}

void connection::state::lose_patience() {
    patience.expires_after(first_patience);
    patience.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (self && !failure) self->tell_away("no answer yet");
    });
}

void connection::state::adopt(dialled d) {
    patience.cancel();
    if (!d.link) {
        last_error = d.error;
        redial();
        return tell_away(last_error);
    }
    link = d.link.adopt();
    link->start(ctx, *this);
    if (!subscribe_all()) return lost();
    max_payload = static_cast<std::size_t>(natsConnection_GetMaxPayload(link->nats()));
    last_error.clear();
    ++connects;
    pauses.reset();
    announced = true;
    tell_connected();
    tell(connected_listeners);
}

bool connection::state::subscribe_all() {
    natsSubscription* s = nullptr;
    if (natsConnection_SubscribeSync(&s, link->nats(), inboxes.wildcard().c_str()) != NATS_OK) return false;
    inbox_subscription.reset(s);
    natsSubscription_SetPendingLimits(s, -1, -1);
    for (const auto& wanted : subscriptions)
        subscribe_now(*wanted);
    return true;
}

void connection::state::subscribe_now(subscription::state& wanted) {
    natsSubscription* s = nullptr;
    const natsStatus outcome =
        wanted.queue.empty()
            ? natsConnection_SubscribeSync(&s, link->nats(), wanted.subject.c_str())
            : natsConnection_QueueSubscribeSync(&s, link->nats(), wanted.subject.c_str(), wanted.queue.c_str());
    if (outcome != NATS_OK) return;  // closed just now: lost() follows, and the next link gets it
    wanted.nats.reset(s);
    natsSubscription_SetPendingLimits(s, -1, -1);
}

// A plain unsubscribe would make cnats drop what is on its way to us. So the server is told to end the subscription
// with the next message, which is a note to ourselves (what is on its way counts, and then ends it sooner); and cnats,
// by a later limit that the server does not know any more, to go on handing out what comes.
void connection::state::end_inbox_at_server() {
    int64_t delivered = 0;
    auto* s = inbox_subscription.get();
    if (natsSubscription_GetStats(s, nullptr, nullptr, nullptr, nullptr, &delivered, nullptr) != NATS_OK) return;
    constexpr int on_its_way = 1'000'000;  // more than that never is
    if (delivered > INT_MAX - on_its_way) return;
    natsSubscription_AutoUnsubscribe(s, static_cast<int>(delivered) + 1);
    send(inboxes.note_before(), {}, {});
    natsSubscription_AutoUnsubscribe(s, static_cast<int>(delivered) + on_its_way);
}

void connection::state::forget(const subscription::state& s) {
    std::erase_if(subscriptions, [&](const auto& known) { return known.get() == &s; });
}

void connection::state::received() {
    const auto self = shared_from_this();
    drain(inbox_subscription.get(), [this](message m) { inboxes.dispatch(std::move(m)); });
    // A handler may subscribe and unsubscribe: by index, and each held while it works.
    for (std::size_t i = 0; i < subscriptions.size(); ++i) {
        const auto s = subscriptions[i];
        drain(s->nats.get(), [&](message m) { s->on_message(std::move(m)); });
    }
    bury_soon();
}

template <class Handler>
void connection::state::drain(natsSubscription* from, const Handler& handle) {
    const auto source = link;
    natsMsg* m = nullptr;
    // A handler may end the subscription or the whole connection, which frees `from`: it is looked at again each time.
    const auto still_there = [&] {
        if (!source || link != source) return false;
        if (inbox_subscription.get() == from) return true;
        return std::any_of(subscriptions.begin(), subscriptions.end(),
                           [&](const auto& s) { return s->nats.get() == from; });
    };
    while (from && still_there()) {
        const natsStatus outcome = natsSubscription_NextMsg(&m, from, 0);
        if (outcome == NATS_NO_RESPONDERS) {
            inboxes.no_responders();
            continue;
        }
        if (outcome != NATS_OK) return;
        expect_burial();
        handle(message(m));
    }
}

void connection::state::bury_soon() {
    if (burial_due || !link) return;
    burial_due = true;
    burial.expires_after(burial_pause);
    burial.async_wait([weak = weak_from_this()](boost::system::error_code) {
        const bool more_to_come = empty_graveyard();
        const auto self = weak.lock();
        if (!self) return;
        self->burial_due = false;
        if (more_to_come) self->bury_soon();
    });
}

void connection::state::drop_link() {
    used_streams.clear();
    inbox_subscription.reset();
    for (const auto& s : subscriptions)
        s->nats.reset();
    if (link) std::exchange(link, nullptr)->close();
}

void connection::state::lost() {
    const auto self = shared_from_this();
    const bool told = std::exchange(announced, false);
    last_error = link->error().empty() ? "the connection was lost" : link->error();
    // Here and not at the start: a cluster tells of its members whenever they change.
    if (auto known = link->discovered_servers(); !known.empty()) discovered = std::move(known);
    drop_link();
    for (auto* waiter : std::exchange(waiters, {}))
        waiter->finish(make_error_code(errc::disconnected));
    redial();
    tell_away(last_error);
    if (told) tell(disconnected_listeners);
}

void connection::state::shut() {
    gate->shut();
    pause.cancel();
    patience.cancel();
    options.on_news = nullptr;
    burial.cancel();
    work.reset();
    drop_link();
    for (auto* waiter : std::exchange(waiters, {}))
        waiter->finish(make_error_code(errc::disconnected));
    inboxes.clear();
    subscriptions.clear();
    connected_listeners.clear();
    disconnected_listeners.clear();
    empty_graveyard();
}

}  // namespace tidings::bus
