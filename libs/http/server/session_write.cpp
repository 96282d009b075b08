// How a session has its requests answered and writes the answers.
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <charconv>

#include "http/message/host.hpp"
#include "http/message/target.hpp"
#include "http/server/session.hpp"

namespace tidings::http {

namespace asio = runtime::asio;

namespace {

// A client that takes this much within write_timeout may have as long again for the next part.
constexpr std::size_t write_step = 64 * std::size_t{1024};

response method_refused(const request& r, const std::vector<method>& allowed) {
    std::string list;
    for (const auto m : allowed)
        list.append(list.empty() ? "" : ", ").append(to_string(m));
    response answer =
        r.method == method::options
            ? no_content()
            : problem(405, "This resource does not take " + std::string(to_string(r.method)) + ", only " + list + ".");
    answer.headers.emplace_back("Allow", list);
    return answer;
}

response foreign_host() {
    return problem(421,
                   "This server does not serve the host that the request names. Without a token it answers to IP "
                   "addresses, localhost, names without a dot, and those in ALLOWED_HOSTS.");
}

std::string chunk_head(std::size_t size) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
    return std::string(digits.data(), end) + "\r\n";
}

response overdue() {
    response r = problem(503, "The request took too long. Try again later.");
    r.headers.emplace_back("Retry-After", "1");
    return r;
}

}  // namespace

response too_many_connections() {
    response r = problem(503, "There are too many connections. Try again in a moment.");
    r.headers.emplace_back("Retry-After", "1");
    return r;
}

std::string whole_response(const response& r, std::string_view request_id) {
    std::string all;
    append_status_line(all, r.status);
    append_exchange_lines(all, request_id, persistence::close);
    append_content_lines(all, r, framing::length);
    return all += r.body;
}

// What the head alone tells, so that no body is asked for in vain.
std::optional<response> session::refuse_by_head(const route*& found) {
    const auto m = request_.method;
    if (m == method::other)
        return problem(501, "The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.");
    // Both speak of the server as a whole and not of a resource: `*` is none, and CONNECT names another server.
    if (m == method::connect || (m == method::options && request_.target == "*"))
        return method_refused(request_, {method::get, method::head, method::post, method::put, method::patch,
                                         method::delete_, method::options});
    if (!parse_target(request_))
        return problem(400, "The request target is not a path and a query in well-formed percent-encoded UTF-8.");
    auto match = context_->routes.find(request_);
    if (is_for_foreign_host(match.route)) return foreign_host();
    found = match.route;
    if (found != nullptr) {
        pattern_ = found->pattern;
        return found->by_head ? found->by_head(request_) : std::nullopt;
    }
    if (match.allowed.empty()) return problem(404, "There is nothing at this path.");
    return method_refused(request_, match.allowed);
}

bool session::is_for_foreign_host(const route* r) const {
    if (!context_->options.check_host || (r != nullptr && r->for_any_host)) return false;
    const auto host = host_of(request_);
    // No browser leaves it out, and only HTTP/1.0 may.
    return !host.empty() && !host_is_local_or_allowed(host, context_->options.allowed_hosts);
}

runtime::task<response> session::answer() {
    const route* found = nullptr;
    if (auto refused = refuse_by_head(found)) co_return std::move(*refused);
    co_return co_await call(*found);
}

runtime::task<response> session::call(const route& r) {
    enter(phase::handling, context_->options.handler_timeout);
    std::exception_ptr failure;
    try {
        co_return co_await r.handler(request_);
    } catch (...) {
        failure = std::current_exception();
    }
    // The failure is that of our own cancellation when the client has had its answer, or has gone.
    if (phase_ != phase::abandoned && !cut_) report_failure(request_, failure);
    co_return problem(500, "Something went wrong on our side. The request id leads to the cause in the log.");
}

// The handler is too late: the client is answered in its place and the connection will end with it.
void session::answer_for_handler() {
    const auto r = overdue();
    const auto all = whole_response(r, request_.context.request_id);
    const auto size = request_.method == method::head ? all.size() - r.body.size() : all.size();
    boost::system::error_code ignored;  // one try: what was answered before is long gone from the socket's buffer
    socket_.write_some(asio::buffer(all.data(), size), ignored);
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    phase_ = phase::abandoned;
    notify_served(r.status);
    stop_.emit(asio::cancellation_type::terminal);
}

persistence session::persistence_now() const {
    if (!request_.keep_alive || context_->stopping) return persistence::close;
    return parser_ && parser_->is_http_1_0() ? persistence::keep_spoken : persistence::keep;
}

// True when the connection stays open.
runtime::task<bool> session::send(const response& r) {
    if (r.pieces && !r.prepared) co_return co_await send_pieces(r);
    const auto p = persistence_now();
    const bool with_body = request_.method != method::head && may_have_body(r.status);
    head_.clear();
    if (!r.prepared) append_status_line(head_, r.status);
    append_exchange_lines(head_, request_.context.request_id, p);
    if (!r.prepared) append_content_lines(head_, r, framing::length);
    outgoing out(head_, with_body ? std::string_view(r.body) : std::string_view{});
    if (r.prepared) {
        const std::string_view all = *r.prepared;
        const auto status_line = all.substr(0, all.find("\r\n") + 2);
        const auto end = with_body ? all.size() : all.find("\r\n\r\n") + 4;
        out = outgoing(status_line, head_, all.substr(status_line.size(), end - status_line.size()));
    }
    enter(phase::writing, context_->options.write_timeout);
    const bool sent = write_some(out) && (out.empty() || co_await write(out));
    co_return sent&& p != persistence::close;
}

runtime::task<bool> session::send_pieces(const response& r) {
    const bool chunked = !parser_ || !parser_->is_http_1_0();
    if (!chunked) request_.keep_alive = false;
    const auto p = persistence_now();
    head_.clear();
    append_status_line(head_, r.status);
    append_exchange_lines(head_, request_.context.request_id, p);
    append_content_lines(head_, r, chunked ? framing::chunked : framing::until_close);
    if (!co_await write(outgoing(head_))) co_return false;
    if (request_.method == method::head) co_return p != persistence::close;
    for (;;) {
        enter(phase::awaiting_piece, {});
        const auto piece = co_await r.pieces();
        if (cut_) co_return false;
        const auto size = chunk_head(piece.size());
        if (!co_await write(chunked ? outgoing(size, piece, "\r\n") : outgoing(piece))) co_return false;
        if (piece.empty()) co_return p != persistence::close;
    }
}

// Writes what the socket takes at once. False when the connection is broken.
bool session::write_some(outgoing& out) {
    boost::system::error_code ec;
    out.consume(socket_.write_some(out.parts(), ec));
    broken_ = ec && ec != asio::error::would_block;
    return !broken_;
}

runtime::task<bool> session::write(outgoing out) {
    enter(phase::writing, context_->options.write_timeout);
    auto left_at_step = out.size();
    while (write_some(out)) {
        if (out.empty()) co_return true;
        if (left_at_step - out.size() >= write_step) {
            left_at_step = out.size();
            enter(phase::writing, context_->options.write_timeout);
        }
        const auto [failure] =
            co_await socket_.async_wait(asio::socket_base::wait_write, asio::as_tuple(runtime::use_task));
        if (failure || cut_) break;
    }
    broken_ = true;
    co_return false;
}

}  // namespace tidings::http
