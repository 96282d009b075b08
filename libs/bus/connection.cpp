#include "bus/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <memory>

#include "bus/connection_state.hpp"

namespace tidings::bus {

namespace {

// cnats wants terminated strings.
const char* terminated(std::string_view text, std::string& buffer) {
    buffer.assign(text);
    return buffer.c_str();
}

}  // namespace

connection::connection(runtime::asio::io_context& ctx, connection_options options)
    : state_(std::make_shared<state>(ctx, std::move(options))) {
    state_->open();
}

connection::~connection() {
    state_->close();
    for (auto* r : std::exchange(state_->requests, {}))
        r->cancel();
    state_->reopen_timer.cancel();
    state_->sweep_timer.cancel();
    state_->inboxes.clear();
    state_->claims.clear();
    state_->up_listeners.clear();
    state_->down_listeners.clear();
}

bool connection::connected() const { return state_->connected; }
std::uint64_t connection::reconnects() const { return state_->reconnects; }
std::string connection::last_error() const { return state_->last_error; }

std::size_t connection::max_payload() const {
    const auto n = state_->connected ? natsConnection_GetMaxPayload(state_->nc) : 0;
    return n > 0 ? static_cast<std::size_t>(n) : std::size_t{1024} * 1024;
}

void connection::on_connected(std::function<void()> f) { state_->up_listeners.push_back(std::move(f)); }
void connection::on_disconnected(std::function<void()> f) { state_->down_listeners.push_back(std::move(f)); }

bool connection::publish(std::string_view subject, std::string_view payload) {
    return publish(subject, {}, {}, payload);
}

bool connection::publish(std::string_view subject, std::string_view reply, const headers& h, std::string_view payload) {
    if (!state_->connected) return false;
    thread_local std::string subject_text, reply_text;
    const char* to = terminated(subject, subject_text);
    const char* answer_to = reply.empty() ? nullptr : terminated(reply, reply_text);
    const auto length = static_cast<int>(payload.size());
    if (h.empty()) return natsConnection_PublishRequest(state_->nc, to, answer_to, payload.data(), length) == NATS_OK;
    natsMsg* m = nullptr;
    if (natsMsg_Create(&m, to, answer_to, payload.data(), length) != NATS_OK) return false;
    const std::unique_ptr<natsMsg, void (*)(natsMsg*)> owned(m, natsMsg_Destroy);
    for (const auto& [name, value] : h) {
        if (natsMsgHeader_Add(m, name.c_str(), value.c_str()) != NATS_OK) return false;
    }
    return natsConnection_PublishMsg(state_->nc, m) == NATS_OK;
}

std::string connection::open_inbox(inbox_handler on_message) {
    const auto token = ++state_->next_token;
    state_->inboxes.emplace(token, std::make_shared<inbox_handler>(std::move(on_message)));
    return state_->inbox_prefix + std::to_string(token);
}

void connection::close_inbox(std::string_view subject) {
    if (!subject.starts_with(state_->inbox_prefix)) return;
    state_->inboxes.erase(std::stoull(std::string(subject.substr(state_->inbox_prefix.size()))));
}

void connection::claim(std::string reply_prefix, std::function<void(message)> on_message) {
    state_->claims[std::move(reply_prefix)] = std::make_shared<std::function<void(message)>>(std::move(on_message));
}

void connection::release(std::string_view reply_prefix) {
    const auto found = state_->claims.find(reply_prefix);
    if (found != state_->claims.end()) state_->claims.erase(found);
}

runtime::task<boost::system::result<message>> connection::request(std::string subject, std::string payload, headers h,
                                                                  std::chrono::milliseconds deadline) {
    const auto s = state_;
    if (payload.size() > max_payload()) co_return make_error_code(errc::too_large);
    auto answer = std::make_shared<message>();
    auto timer = std::make_shared<runtime::steady_timer>(s->ctx, deadline);
    const auto inbox = open_inbox([answer, timer](message& m) {
        *answer = std::move(m);
        timer->cancel();
        return false;
    });
    if (!publish(subject, inbox, h, payload)) {
        close_inbox(inbox);
        co_return make_error_code(errc::disconnected);
    }
    s->requests.insert(timer.get());
    const auto [stopped] = co_await timer->async_wait(runtime::asio::as_tuple(runtime::use_task));
    s->requests.erase(timer.get());
    s->inboxes.erase(std::stoull(inbox.substr(s->inbox_prefix.size())));
    if (!*answer) co_return make_error_code(stopped ? errc::disconnected : errc::timeout);
    if (answer->status() == 503) co_return make_error_code(errc::no_responders);
    co_return std::move(*answer);
}

connection::subscription connection::subscribe(const std::string& subject, const std::string& queue,
                                               std::function<void(message)> on_message) {
    auto s = std::make_shared<subscription::state>();
    s->subject = subject;
    s->queue = queue;
    s->on_message = std::move(on_message);
    if (state_->nc != nullptr) state_->subscribe(*s);
    state_->subscriptions.push_back(s);
    return subscription(std::move(s));
}

// An echo from the server over our own inbox: what was published before it has been taken in.
runtime::task<bool> connection::flush(std::chrono::milliseconds limit) {
    const auto s = state_;
    auto echoed = std::make_shared<bool>(false);
    auto timer = std::make_shared<runtime::steady_timer>(s->ctx, limit);
    const auto inbox = open_inbox([echoed, timer](message&) {
        *echoed = true;
        timer->cancel();
        return false;
    });
    if (!publish(inbox, {})) {
        close_inbox(inbox);
        co_return false;
    }
    s->requests.insert(timer.get());
    co_await timer->async_wait(runtime::asio::as_tuple(runtime::use_task));
    s->requests.erase(timer.get());
    s->inboxes.erase(std::stoull(inbox.substr(s->inbox_prefix.size())));
    co_return *echoed;
}

connection::subscription::subscription(std::shared_ptr<state> s) : state_(std::move(s)) {}
connection::subscription::~subscription() = default;
connection::subscription::subscription(subscription&&) noexcept = default;
connection::subscription& connection::subscription::operator=(subscription&&) noexcept = default;

}  // namespace tidings::bus
