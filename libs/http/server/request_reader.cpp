#include "http/server/request_reader.hpp"

#include <algorithm>

#include "http/message/problem.hpp"

namespace tidings::http {

using progress = request_parser::progress;

namespace {

constexpr std::size_t body_memory_kept = 4096;
// A request without a body that holds no more than this is served however much the others hold: health checks, say.
constexpr std::size_t always_held = 4096;

void reset(request& r) {
    r.method = method::other;
    r.target.clear();
    r.path.clear();
    r.context = {};
    r.query.clear();
    r.params.clear();
    r.headers.clear();
    r.answer_headers.clear();
    r.stream = nullptr;
    r.keep_alive = true;
    r.body.clear();
}

}  // namespace

request_reader::request_reader(session_io& io, server_context& context, std::string peer) : io_(io), context_(context) {
    request_.peer = std::move(peer);
}

request_reader::body_use use_of_body(const destination& to) {
    using use = request_reader::body_use;
    if (to.answered) return use::unwanted;
    return to.route->options.stream_body ? use::streamed : use::whole;
}

runtime::task<bool> request_reader::read_head() {
    reset(request_);
    permitted_ = false;
    parser_.emplace(request_, context_.options.header_limit);
    io_.enter(phase::idle, context_.options.idle_timeout);
    input_ = unread_;
    if (context_.stopping && input_.empty()) co_return false;
    for (;;) {
        const auto p = advance();
        if (p == progress::head_done || p == progress::done) co_return true;
        keep_input();
        if (refused_ || !take(co_await io_.read(context_.read_buffer))) co_return false;
    }
}

bool request_reader::begin_body(const exchange_limits& limits, body_use use) {
    limits_ = limits;
    const auto p = parser_->limit_body(limits.body);
    if (p == progress::refused && use != body_use::unwanted) refuse(parser_->why().status, parser_->why().detail);
    // What is unwanted is read up to the server's own limit only.
    const bool left = use == body_use::unwanted && (awaits_permission() || limits.body > context_.options.body_limit);
    if (p == progress::more && use != body_use::streamed && !left) return true;
    if (p == progress::refused || (p == progress::more && left)) request_.keep_alive = false;
    if (use == body_use::streamed) request_.stream = this;
    keep_input();
    return false;
}

runtime::task<bool> request_reader::read_body() {
    io_.enter(phase::reading_body, limits_.body_timeout);
    if (awaits_permission()) {
        keep_input();
        co_await allow_body();
    }
    for (;;) {
        const auto p = advance();
        keep_input();
        if (refused_) co_return false;
        if (p == progress::done) co_return true;
        if (!take(co_await io_.read(context_.read_buffer))) co_return false;
    }
}

runtime::task<std::string_view> request_reader::next() {
    request_.body.clear();
    input_ = unread_;
    if (io_.now_in() != phase::handling) throw body_error("the request already has a response");
    const auto piece_deadline = std::chrono::steady_clock::now() + limits_.body_timeout;
    io_.enter_until(phase::reading_body, std::min(piece_deadline, handler_deadline_));
    if (awaits_permission()) co_await allow_body();
    while (!parser_->done() && !refused_) {
        advance();
        keep_input();
        if (refused_ || !request_.body.empty() || parser_->done()) break;
        if (!take(co_await io_.read(context_.read_buffer))) break;
    }
    permitted_ = true;
    if (io_.now_in() == phase::reading_body) io_.enter_until(phase::handling, handler_deadline_);
    if (refused_ || left_) throw body_error("the body of the request cannot be read to its end");
    co_return request_.body;
}

void request_reader::end_stream() {
    request_.stream = nullptr;
    if (!parser_->done()) request_.keep_alive = false;
}

// The next step with what was received; a refusal is in refused_ then.
progress request_reader::advance() {
    if (io_.now_in() == phase::idle && !input_.empty()) {
        io_.enter(phase::reading_head, context_.options.header_timeout);
        began_ = io_.since();
    }
    if (request_.target.empty()) {
        // An empty line before a request is to be ignored (RFC 9112, 2.2).
        while (input_.starts_with("\r\n"))
            input_.remove_prefix(2);
        if (input_ == "\r") return progress::more;
    }
    if (input_.empty()) return progress::more;
    const auto p = parser_->feed(input_);
    if (p == progress::refused) refuse(parser_->why().status, parser_->why().detail);
    return p;
}

bool request_reader::take(std::string_view received) {
    if (received.empty()) {
        if (io_.late() && !io_.was_cut()) {
            refuse(408, "The request did not arrive in time.");
        } else {
            left_ = true;
        }
        return false;
    }
    input_ = received;
    if (!unread_.empty()) {
        unread_ += received;
        input_ = unread_;
    }
    return true;
}

// The client waits to hear that its body is welcome (RFC 9110, 10.1.1).
runtime::task<> request_reader::allow_body() {
    permitted_ = true;
    const auto until = io_.deadline();
    co_await io_.write(outgoing("HTTP/1.1 100 Continue\r\n\r\n"), context_.options.write_timeout);
    io_.enter_until(phase::reading_body, until);
}

bool request_reader::awaits_permission() const {
    return parser_->expects_continue() && !permitted_ && !parser_->done() && request_.body.empty() && input_.empty();
}

// Before anything else can read into the server's buffer.
void request_reader::keep_input() {
    std::string(input_).swap(unread_);
    input_ = unread_;
    if (!hold() && !refused_)
        refused_ = unavailable("The requests under way hold too much memory. Try again in a moment.");
}

// False when the requests in progress exceed their shared budget and this one is not small.
bool request_reader::hold() {
    // Memory kept from the body of an earlier request (body_memory_kept) does not count for this one.
    const auto body = request_.body.empty() ? 0 : request_.body.capacity();
    const auto before = std::exchange(held_, body + unread_.capacity() + parser_->head_memory());
    context_.held += held_ - before;
    return context_.held <= context_.options.body_budget || (request_.body.empty() && held_ <= always_held);
}

void request_reader::refuse(unsigned status, std::string_view detail) { refused_ = problem(status, detail); }

void request_reader::release() {
    context_.held -= std::exchange(held_, 0);
    // Swapped, not assigned: a string that is assigned a short one keeps its memory.
    if (request_.body.capacity() > body_memory_kept) std::string().swap(request_.body);
}

void request_reader::drop_memory() {
    unread_.shrink_to_fit();
    if (request_.headers.capacity() == 0) return;
    http::request fresh;
    fresh.peer = std::move(request_.peer);
    std::swap(request_, fresh);
}

}  // namespace tidings::http
