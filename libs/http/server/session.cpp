// The life of a session: its exchanges, its deadlines, its end. Reading and writing are in files of their own.
#include "http/server/session.hpp"

#include <sys/socket.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include "http/message/target.hpp"
#include "http/server/request_id.hpp"

namespace tidings::http {

using namespace std::chrono_literals;
namespace asio = runtime::asio;

namespace {

// Our span is of the trace that the client names, or of a new one.
void complete(request& r) {
    if (r.context.request_id.empty()) r.context.request_id = new_request_id();
    const auto given = trace_context::parse(r.header("traceparent"));
    r.context.trace = given ? given->child() : trace_context::start();
}

// How long a connection that ends is still read from: closing it with bytes unread would reset it, and the client might
// never see the answer (RFC 9112, 9.6).
constexpr auto linger_time = 2s;
constexpr auto linger_time_when_stopping = 200ms;
constexpr auto memory_kept_for = 1s;

std::string to_text(const asio::ip::tcp::endpoint& peer) {
    const auto address = peer.address().to_string();
    return (peer.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(peer.port());
}

runtime::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace

void session::start(std::shared_ptr<session_context> context, tcp_socket socket, const asio::ip::tcp::endpoint& peer,
                    bool over_limit) {
    const auto ex = socket.get_executor();
    const std::shared_ptr<session> self(new session(std::move(context), std::move(socket), peer, over_limit));
    asio::co_spawn(ex, self->run(),
                   asio::bind_cancellation_slot(self->stop_.slot(), [self](const std::exception_ptr& failure) {
                       if (failure) std::rethrow_exception(failure);
                   }));
}

session::session(std::shared_ptr<session_context> context, tcp_socket socket, const asio::ip::tcp::endpoint& peer,
                 bool over_limit)
    : context_(std::move(context)),
      place_(context_->sessions.insert(context_->sessions.end(), this)),
      socket_(std::move(socket)),
      over_limit_(over_limit) {
    if (over_limit_) ++context_->turned_away;
    boost::system::error_code ignored;  // a peer that has left already shows at the first read
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    request_.peer = to_text(peer);
    enter(phase::idle, context_->options.idle_timeout);
}

session::~session() {
    release();
    if (over_limit_) --context_->turned_away;
    context_->sessions.erase(place_);
    context_->ended.notify();
}

runtime::task<> session::run() {
    std::exception_ptr failure;
    try {
        if (over_limit_) {
            co_await turn_away();
        } else {
            while (co_await exchange())
                continue;
        }
        if (!broken_ && socket_.is_open()) co_await linger();
    } catch (...) {
        failure = std::current_exception();
    }
    // A session that was cut ends with operation_aborted. Anything else is the end of this connection only.
    if (failure && !cut_ && phase_ != phase::abandoned) report_failure(request_, failure);
    boost::system::error_code ignored;
    socket_.close(ignored);
}

runtime::task<> session::turn_away() {
    request_.keep_alive = false;
    request_.context.request_id = new_request_id();
    co_await send(too_many_connections());
}

// True when the connection serves another request.
runtime::task<bool> session::exchange() {
    pattern_ = {};
    const bool readable = co_await read_request();
    if (!readable && !refused_) co_return false;
    complete(request_);
    if (refused_) {
        request_.keep_alive = false;
        parse_target(request_);
    }
    const auto r = refused_ ? std::move(*refused_) : co_await answer();
    if (phase_ == phase::abandoned || cut_) co_return false;
    if (r.status == 0) broken_ = true;
    const bool keep = !broken_ && co_await send(r);
    notify_served(r.status);
    release();
    co_return keep;
}

runtime::task<> session::linger() {
    boost::system::error_code ec;
    socket_.shutdown(asio::socket_base::shutdown_send, ec);
    enter(phase::lingering, context_->stopping ? linger_time_when_stopping : linger_time);
    std::string().swap(unread_);
    std::string_view input;
    while (co_await more_input(input))
        unread_.clear();
}

void session::enter(phase p, std::chrono::milliseconds limit) {
    phase_ = p;
    phase_began_ = now();
    deadline_ = phase_began_ + limit;
}

void session::notify_served(unsigned status) {
    if (context_->on_served) context_->on_served({request_, pattern_, status, now() - request_began_});
}

void session::check(runtime::time_point at) {
    if (phase_ == phase::idle && at - phase_began_ > memory_kept_for) drop_memory();
    if (phase_ == phase::awaiting_piece && peer_has_left()) return cut();
    if (at < deadline_) return;
    switch (phase_) {
        case phase::reading_head:
        case phase::reading_body:
            late_ = true;
            socket_.cancel();
            break;
        case phase::handling:
            answer_for_handler();
            break;
        case phase::abandoned:
        case phase::awaiting_piece:
            break;
        case phase::idle:
        case phase::writing:
        case phase::lingering:
            cut();
            break;
    }
}

void session::wind_down(bool idle_too) {
    boost::system::error_code ec;
    const bool quiet = phase_ == phase::idle && idle_too && socket_.available(ec) == 0;
    if (quiet || phase_ == phase::lingering || phase_ == phase::awaiting_piece) cut();
}

void session::cut() {
    cut_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
    stop_.emit(asio::cancellation_type::terminal);
}

bool session::peer_has_left() {
    char byte = 0;
    return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void session::drop_memory() {
    // Swapped, not assigned: a string that is assigned a short one keeps its memory.
    std::string().swap(head_);
    unread_.shrink_to_fit();
    if (request_.headers.capacity() == 0) return;
    request fresh;
    fresh.peer = std::move(request_.peer);
    std::swap(request_, fresh);
}

}  // namespace tidings::http
