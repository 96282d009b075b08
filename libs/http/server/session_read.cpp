// How a session gets its requests off the connection.
#include <boost/asio/as_tuple.hpp>

#include "http/message/target.hpp"
#include "http/server/session.hpp"

namespace tidings::http {

namespace asio = runtime::asio;

namespace {

constexpr std::size_t body_memory_kept = 4096;
// A request without a body that holds no more than this is served whatever the others hold: health checks are such.
constexpr std::size_t always_held = 4096;

response too_much_held() {
    response r = problem(503, "The requests under way hold too much memory. Try again in a moment.");
    r.headers.emplace_back("Retry-After", "1");
    return r;
}

void reset(request& r) {
    r.method = method::other;
    r.target.clear();
    r.path.clear();
    r.context = {};
    r.query.clear();
    r.params.clear();
    r.headers.clear();
    r.keep_alive = true;
    if (r.body.capacity() > body_memory_kept) {
        std::string().swap(r.body);  // assigned an empty one, it would keep its memory
    } else {
        r.body.clear();
    }
}

}  // namespace

// True: a whole request is there. False: the client has left, or refused_ says what is wrong.
runtime::task<bool> session::read_request() {
    reset(request_);
    auto& parser =
        parser_.emplace(request_, parse_limits{context_->options.header_limit, context_->options.body_limit});
    enter(phase::idle, context_->options.idle_timeout);
    if (context_->stopping && unread_.empty()) co_return false;
    std::string_view input = unread_;
    for (;;) {
        const bool had_head = parser.head_done();
        if (take_input(parser, input)) co_return !refused_;
        if (parser.head_done() && !had_head) {
            enter(phase::reading_body, context_->options.body_timeout);
            if (parser.expects_continue() && request_.body.empty() && unread_.empty()) {
                const route* found = nullptr;
                refused_ = refuse_by_head(found);
                if (refused_) co_return false;
                co_await allow_body();
            }
        }
        if (!co_await more_input(input)) {
            if (late_ && !cut_) refuse(408, "The request did not arrive in time.");
            co_return false;
        }
    }
}

void session::begin_request() {
    enter(phase::reading_head, context_->options.header_timeout);
    request_began_ = phase_began_;
}

// True when the request is complete or refused; what of `input` was not used is then, or else, in unread_.
bool session::take_input(request_parser& parser, std::string_view& input) {
    if (phase_ == phase::idle && !input.empty()) begin_request();
    // An empty line before a request is to be ignored (RFC 9112, 2.2).
    while (request_.target.empty() && input.starts_with("\r\n"))
        input.remove_prefix(2);
    auto progress = request_parser::progress::more;
    if (!input.empty() && input != "\r") progress = parser.feed(input);
    if (progress == request_parser::progress::refused) refuse(parser.why().status, parser.why().detail);
    std::string(input).swap(unread_);
    if (!hold() && !refused_) refused_ = too_much_held();
    return refused_ || progress != request_parser::progress::more;
}

// False when the requests under way hold more than they may together and this one is not small.
bool session::hold() {
    // What a body has left for the next one (body_memory_kept) is nothing that this request holds.
    const auto body = request_.body.empty() ? 0 : request_.body.capacity();
    const auto before = std::exchange(held_, body + unread_.capacity() + parser_->head_memory());
    context_->held += held_ - before;
    return context_->held <= context_->options.body_budget || (request_.body.empty() && held_ <= always_held);
}

void session::release() {
    context_->held -= std::exchange(held_, 0);
    if (request_.body.capacity() > body_memory_kept) std::string().swap(request_.body);
}

// Waits for bytes; `input` is then everything that was received and not used. False at the end of the connection, and
// when the deadline is over.
runtime::task<bool> session::more_input(std::string_view& input) {
    auto& buffer = context_->read_buffer;
    boost::system::error_code ec = asio::error::would_block;
    std::size_t n = 0;
    while (ec == asio::error::would_block) {
        const auto [failure] =
            co_await socket_.async_wait(asio::socket_base::wait_read, asio::as_tuple(runtime::use_task));
        if (failure || late_ || cut_) co_return false;
        n = socket_.read_some(asio::buffer(buffer), ec);
    }
    if (ec) co_return false;
    input = std::string_view(buffer.data(), n);
    if (!unread_.empty()) {
        unread_ += input;
        input = unread_;
    }
    co_return true;
}

// The client waits to hear that its body is welcome (RFC 9110, 10.1.1).
runtime::task<> session::allow_body() {
    const auto until = deadline_;
    co_await write(outgoing("HTTP/1.1 100 Continue\r\n\r\n"));
    enter(phase::reading_body, context_->options.body_timeout);
    deadline_ = until;
}

}  // namespace tidings::http
