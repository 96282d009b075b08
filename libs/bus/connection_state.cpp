#include "bus/connection_state.hpp"

#include <boost/asio/post.hpp>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "bus/graveyard.hpp"

namespace tidings::bus {

namespace asio = runtime::asio;

namespace {

using namespace std::chrono_literals;

constexpr auto reopen_pause = 1s;
constexpr auto free_after = 100ms;

// Runs `what` on the loop with the connection, if there still is one. Called on cnats' threads.
template <class Function>
void on_loop(void* closure, Function what) {
    auto& box = *static_cast<std::shared_ptr<callback_box>*>(closure);
    const std::lock_guard lock(box->mutex);
    if (box->ctx == nullptr) return;
    asio::post(*box->ctx, [owner = box->owner, what = std::move(what)] {
        if (const auto s = owner.lock()) what(*s);
    });
}

std::string reason_of(natsConnection* nc) {
    const char* text = nullptr;
    const auto status = natsConnection_GetLastError(nc, &text);
    if (status == NATS_OK || text == nullptr || *text == '\0') return natsStatus_GetText(status);
    return text;
}

void cnats_disconnected(natsConnection* nc, void* closure) {
    on_loop(closure, [why = reason_of(nc)](connection::state& s) { s.went_down(why); });
}

void cnats_up(natsConnection*, void* closure) {
    on_loop(closure, [](connection::state& s) { s.came_up(); });
}

void cnats_error(natsConnection*, natsSubscription*, natsStatus status, void* closure) {
    on_loop(closure, [status](connection::state& s) { s.last_error = natsStatus_GetText(status); });
}

// The last call of a cnats connection. cnats gives up for good after the same authentication error twice: dial anew.
void cnats_closed(natsConnection* nc, void* closure) {
    on_loop(closure, [nc, why = reason_of(nc)](connection::state& s) {
        if (s.nc != nc) return;
        s.went_down(why);
        s.reopen_later();
    });
    delete static_cast<std::shared_ptr<callback_box>*>(closure);
}

using options_handle = std::unique_ptr<natsOptions, void (*)(natsOptions*)>;

void check(natsStatus status, const char* what) {
    if (status != NATS_OK) throw std::invalid_argument(std::string(what) + ": " + natsStatus_GetText(status));
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const auto end = std::min(text.find(',', begin), text.size());
        auto part = text.substr(begin, end - begin);
        part.erase(0, part.find_first_not_of(" \t"));
        part.erase(part.find_last_not_of(" \t") + 1);
        if (!part.empty()) parts.push_back(std::move(part));
        begin = end + 1;
    }
    return parts;
}

std::int64_t ms(std::chrono::milliseconds d) { return d.count(); }

options_handle make_options(const connection_options& c) {
    natsOptions* raw = nullptr;
    check(natsOptions_Create(&raw), "NATS options");
    options_handle o(raw, natsOptions_Destroy);
    const auto urls = split(c.url);
    std::vector<const char*> servers;
    for (const auto& u : urls)
        servers.push_back(u.c_str());
    if (servers.empty() || natsOptions_SetServers(raw, servers.data(), static_cast<int>(servers.size())) != NATS_OK) {
        throw std::invalid_argument("NATS_URL is not a list of URLs such as nats://host:4222");
    }
    check(natsOptions_SetName(raw, c.name.c_str()), "NATS client name");
    check(natsOptions_SetTimeout(raw, 2'000), "NATS connect timeout");
    check(natsOptions_SetMaxReconnect(raw, -1), "NATS reconnect");
    check(natsOptions_SetReconnectWait(raw, ms(c.reconnect_wait)), "NATS reconnect wait");
    check(natsOptions_SetReconnectJitter(raw, ms(c.reconnect_wait), ms(c.reconnect_wait)), "NATS reconnect jitter");
    check(natsOptions_SetReconnectBufSize(raw, 0), "NATS reconnect buffer");
    check(natsOptions_SetPingInterval(raw, ms(c.ping_interval)), "NATS ping interval");
    check(natsOptions_SetMaxPingsOut(raw, 2), "NATS pings");
    check(natsOptions_SetSendAsap(raw, true), "NATS send");
    check(natsOptions_SetIOBufSize(raw, 64 * 1024), "NATS buffer");
    if (!c.credentials_file.empty()) {
        check(natsOptions_SetUserCredentialsFromFiles(raw, c.credentials_file.c_str(), nullptr),
              "NATS credentials file");
    }
    if (!c.ca_file.empty()) check(natsOptions_LoadCATrustedCertificates(raw, c.ca_file.c_str()), "NATS CA file");
    return o;
}

}  // namespace

connection::state::state(asio::io_context& c, connection_options o)
    : ctx(c), options(std::move(o)), reopen_timer(c), sweep_timer(c) {
    natsInbox* name = nullptr;
    if (natsInbox_Create(&name) != NATS_OK) throw std::runtime_error("cnats cannot start");
    inbox_prefix = std::string(name) + '.';
    natsInbox_Destroy(name);
}

void connection::state::open() {
    const auto o = make_options(options);
    box = std::make_shared<callback_box>();
    box->ctx = &ctx;
    box->owner = weak_from_this();
    watch = std::make_shared<socket_watch>(ctx, [this] { drain(); });
    const auto status = try_open(o.get());
    if (status != NATS_OK && status != NATS_NOT_YET_CONNECTED) {
        last_error = natsStatus_GetText(status);
        return reopen_later();
    }
    subscribe_all();
    if (status == NATS_OK) asio::post(ctx, [self = shared_from_this()] { self->came_up(); });
}

// One closure for all callbacks; cnats_closed, the last of them, deletes it.
natsStatus connection::state::try_open(natsOptions* o) {
    auto* closure = new std::shared_ptr<callback_box>(box);
    natsOptions_SetDisconnectedCB(o, cnats_disconnected, closure);
    natsOptions_SetReconnectedCB(o, cnats_up, closure);
    natsOptions_SetErrorHandler(o, cnats_error, closure);
    natsOptions_SetClosedCB(o, cnats_closed, closure);
    natsOptions_SetRetryOnFailedConnect(o, true, cnats_up, closure);
    natsOptions_SetEventLoop(o, watch.get(), &socket_watch::attach, &socket_watch::read, &socket_watch::write,
                             &socket_watch::detach);
    const auto status = natsConnection_Connect(&nc, o);
    if (nc == nullptr) delete closure;
    return status;
}

void connection::state::close() {
    if (watch) watch->close();
    if (box) {
        const std::lock_guard lock(box->mutex);
        box->ctx = nullptr;
    }
    if (inbox != nullptr) natsSubscription_Destroy(std::exchange(inbox, nullptr));
    for (auto& s : subscriptions) {
        const auto live = s.lock();
        if (live && live->handle != nullptr) natsSubscription_Destroy(std::exchange(live->handle, nullptr));
    }
    if (nc != nullptr) natsConnection_Destroy(std::exchange(nc, nullptr));
    // cnats' threads may be inside a callback with the watch as their event loop: keep it until they have let go of it.
    watch.reset();
    connected = false;
}

void connection::state::reopen_later() {
    close();
    reopen_timer.expires_after(reopen_pause);
    reopen_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& stopped) {
        const auto s = weak.lock();
        if (!stopped && s) s->open();
    });
}

void connection::state::subscribe_all() {
    if (natsConnection_SubscribeSync(&inbox, nc, (inbox_prefix + '*').c_str()) == NATS_OK) {
        natsSubscription_SetPendingLimits(inbox, -1, -1);
    }
    for (auto& weak : subscriptions) {
        if (const auto s = weak.lock()) subscribe(*s);
    }
}

void connection::state::subscribe(subscription::state& s) {
    const auto status = s.queue.empty()
                            ? natsConnection_SubscribeSync(&s.handle, nc, s.subject.c_str())
                            : natsConnection_QueueSubscribeSync(&s.handle, nc, s.subject.c_str(), s.queue.c_str());
    if (status == NATS_OK) natsSubscription_SetPendingLimits(s.handle, -1, -1);
}

void connection::state::came_up() {
    if (nc == nullptr || natsConnection_Status(nc) != NATS_CONN_STATUS_CONNECTED) return;
    if (connected) went_down("reconnected");
    if (ever_connected) ++reconnects;
    connected = ever_connected = true;
    last_error.clear();
    for (std::size_t i = 0; i < up_listeners.size(); ++i)
        up_listeners[i]();
}

void connection::state::went_down(std::string why) {
    last_error = std::move(why);
    if (!std::exchange(connected, false)) return;
    for (auto* r : std::exchange(requests, {}))
        r->cancel();
    for (std::size_t i = 0; i < down_listeners.size(); ++i)
        down_listeners[i]();
}

void connection::state::drain() {
    const auto self = shared_from_this();
    if (inbox != nullptr) drain(inbox, [this](message m) { arrived_at_inbox(std::move(m)); });
    for (auto it = subscriptions.begin(); it != subscriptions.end();) {
        const auto s = it->lock();
        if (s && s->handle != nullptr) drain(s->handle, s->on_message);
        it = s ? std::next(it) : subscriptions.erase(it);
    }
    free_messages_later();
}

void connection::state::drain(natsSubscription* from, const std::function<void(message)>& to) {
    natsMsg* m = nullptr;
    while (nc != nullptr && natsSubscription_NextMsg(&m, from, 0) == NATS_OK)
        to(message(m));
}

void connection::state::arrived_at_inbox(message m) {
    const auto subject = m.subject();
    if (!subject.starts_with(inbox_prefix)) {
        const auto reply = m.reply();
        std::size_t end = 0;
        for (int dots = 0; dots < 4 && end != std::string_view::npos; ++dots)
            end = reply.find('.', end) + 1;
        const auto claim = claims.find(reply.substr(0, end));
        if (claim == claims.end()) return;
        const auto handler = claim->second;
        return (*handler)(std::move(m));
    }
    std::uint64_t token = 0;
    const auto digits = subject.substr(inbox_prefix.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), token);
    const auto open = inboxes.find(token);
    if (open == inboxes.end()) return;
    const auto handler = open->second;
    if (!(*handler)(m)) inboxes.erase(token);
}

void connection::state::free_messages_later() {
    if (std::exchange(sweeping, true)) return;
    sweep_timer.expires_after(free_after);
    sweep_timer.async_wait([weak = weak_from_this()](const boost::system::error_code&) {
        empty_graveyard();
        if (const auto s = weak.lock()) s->sweeping = false;
    });
}

}  // namespace tidings::bus
