#include "bus/connection/connection.hpp"

#include <algorithm>

#include "bus/connection/connection_state.hpp"

namespace tidings::bus {

connection::connection(runtime::asio::io_context& ctx, connection_options options)
    : state_(std::make_shared<state>(ctx, std::move(options))) {
    state_->start_dialling();
    state_->lose_patience();
}

connection::~connection() { state_->shut(); }

bool connection::connected() const { return state_->usable(); }

std::uint64_t connection::reconnects() const { return state_->connects > 0 ? state_->connects - 1 : 0; }

std::size_t connection::max_payload() const { return state_->max_payload; }

std::string connection::last_error() const {
    if (!state_->last_error.empty() || !state_->link) return state_->last_error;
    return state_->link->error();
}

void connection::note_error(std::string text) { state_->last_error = std::move(text); }

void connection::on_connected(std::function<void()> f) {
    state::add(state_->connected_listeners, {{}, false, std::move(f)});
}

void connection::on_disconnected(std::function<void()> f) {
    state::add(state_->disconnected_listeners, {{}, false, std::move(f)});
}

void connection::on_connected(std::weak_ptr<void> while_alive, std::function<void()> f) {
    state::add(state_->connected_listeners, {std::move(while_alive), true, std::move(f)});
}

void connection::on_disconnected(std::weak_ptr<void> while_alive, std::function<void()> f) {
    state::add(state_->disconnected_listeners, {std::move(while_alive), true, std::move(f)});
}

void connection::state::add(std::vector<listener>& listeners, listener l) {
    std::erase_if(listeners, [](const auto& known) { return known.tied && known.while_alive.expired(); });
    listeners.push_back(std::move(l));
}

void connection::state::tell(std::vector<listener>& listeners) {
    // A listener may add others, or end the connection, which empties the list.
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        const auto alive = listeners[i].while_alive.lock();
        if (listeners[i].tied && !alive) continue;
        const auto call = listeners[i].call;
        call();
    }
}

bool connection::publish(std::string_view subject, std::string_view payload) {
    return !state_->send(subject, {}, payload);
}

bool connection::publish(std::string_view subject, std::string_view reply, const headers& h, std::string_view payload) {
    return !send(subject, reply, h, payload);
}

boost::system::error_code connection::send(std::string_view subject, std::string_view reply, const headers& h,
                                           std::string_view payload) {
    return h.empty() ? state_->send(subject, reply, payload) : state_->send(subject, reply, h, payload);
}

boost::system::error_code connection::ask(std::string_view subject, const std::string& inbox, const headers& h,
                                          std::string_view payload) {
    return state_->ask(subject, inbox, h, payload);
}

std::string connection::open_inbox(inbox_handler on_message) { return state_->inboxes.open(std::move(on_message)); }

void connection::close_inbox(std::string_view subject) { state_->inboxes.close(subject); }

void connection::claim(std::string_view reply_prefix, std::function<void(message)> on_message) {
    state_->inboxes.claim(reply_prefix, std::move(on_message));
}

void connection::release(std::string_view reply_prefix) { state_->inboxes.release(reply_prefix); }

connection::subscription connection::subscribe(const std::string& subject, const std::string& queue,
                                               std::function<void(message)> on_message) {
    auto s = std::make_shared<subscription::state>();
    s->owner = state_;
    s->subject = subject;
    s->queue = queue;
    s->on_message = std::move(on_message);
    state_->subscriptions.push_back(s);
    if (state_->link) state_->subscribe_now(*s);
    return subscription(std::move(s));
}

connection::subscription::subscription(std::shared_ptr<state> s) : state_(std::move(s)) {}

connection::subscription::~subscription() {
    if (!state_) return;
    state_->nats.reset();
    if (const auto owner = state_->owner.lock()) owner->forget(*state_);
}

connection::subscription::subscription(subscription&&) noexcept = default;

connection::subscription& connection::subscription::operator=(subscription&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

}  // namespace tidings::bus
