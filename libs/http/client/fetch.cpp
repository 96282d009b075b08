#include "http/client/fetch.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>
#include <sstream>
#include <stdexcept>

#include "http/client/addresses.hpp"
#include "http/client/pool_policy.hpp"
#include "http/client/tls.hpp"
#include "http/client/url.hpp"
#include "http/message/last_chunk.hpp"
#include "runtime/wakeup.hpp"
#include "text/ascii.hpp"

namespace tidings::http {

namespace asio = runtime::asio;
namespace beast = boost::beast;
namespace beast_http = beast::http;
using boost::system::error_code;
using boost::system::system_error;

namespace {

using tcp_stream = beast::basic_stream<asio::ip::tcp, runtime::executor>;
using tls_stream = asio::ssl::stream<tcp_stream>;
using request_message = beast_http::request<beast_http::string_body>;
using response_parser = beast_http::response_parser<beast_http::string_body>;

constexpr std::size_t head_limit = 16'384;
constexpr std::size_t read_size = 16'384;
constexpr int interim_limit = 8;

bool has_body(const fetch_request& r) {
    return !r.body.empty() || r.method == method::post || r.method == method::put || r.method == method::patch;
}

void add_header(request_message& message, std::string_view name, std::string_view value) {
    constexpr std::string_view line_ends("\r\n\0", 3);
    if (name.find_first_of(line_ends) != name.npos || value.find_first_of(line_ends) != value.npos)
        throw std::invalid_argument("a header with a line end in it: " + std::string(name.substr(0, 40)));
    message.insert({name.data(), name.size()}, {value.data(), value.size()});
}

std::string text_of(const fetch_request& r, const url_parts& where) {
    request_message message;
    message.version(11);
    message.method_string(std::string(to_string(r.method)));
    message.target(where.target);
    add_header(message, "Host", where.host_header);
    add_header(message, "Connection", "close");
    if (has_body(r)) add_header(message, "Content-Length", std::to_string(r.body.size()));
    for (const auto& [name, value] : r.headers)
        add_header(message, name, value);
    message.body() = r.body;
    std::ostringstream text;
    text << message;
    return std::move(text).str();
}

struct lookup {
    runtime::wakeup over;
    error_code failure;
    client::addresses::list found;
};

// Does not wait for getaddrinfo beyond the deadline, as a cancelled resolver would.
runtime::task<client::addresses::list> look_up(url_parts where, runtime::time_point deadline) {
    const auto ex = co_await asio::this_coro::executor;
    const auto addresses = std::make_shared<client::addresses>(ex, where.host, where.port);
    const auto result = std::make_shared<lookup>(lookup{runtime::wakeup(ex), {}, {}});
    addresses->get([result](const error_code& failure, const auto& found) {
        result->failure = failure;
        result->found = found;
        result->over.notify();
    });
    if (!co_await result->over.wait(deadline - std::chrono::steady_clock::now()))
        throw system_error(beast::error::timeout);
    if (result->failure) throw system_error(result->failure);
    co_return result->found;
}

runtime::task<> connect(tcp_stream& s, client::addresses::list addresses, runtime::time_point deadline) {
    error_code last_failure = asio::error::host_not_found;
    auto left = addresses->size();
    for (const auto& where : *addresses) {
        const auto now = std::chrono::steady_clock::now();
        s.expires_at(std::min(deadline, client::deadline_of_address(now, deadline, --left)));
        const auto [failure] = co_await s.async_connect(where, asio::as_tuple(runtime::use_task));
        last_failure = failure;
        if (!failure) break;
    }
    if (last_failure) throw system_error(last_failure);
    s.expires_at(deadline);
}

fetched to_fetched(const response_parser::value_type& head) {
    fetched result;
    result.status = head.result_int();
    for (const auto& field : head) {
        const auto name = field.name_string();
        result.headers.emplace_back(text::lowered({name.data(), name.size()}), field.value());
    }
    return result;
}

// Gives the parser what has arrived, or waits for more; the end of the connection too, which is the end of some bodies.
// Returns the bytes that the parser took. Beast's own operations do the same, but took 10 s of compile time here.
template <class Stream>
runtime::task<std::size_t> parse_some(Stream& s, beast::flat_buffer& buffer, response_parser& parser) {
    error_code failure = beast_http::error::need_more;
    const std::string_view next(static_cast<const char*>(buffer.data().data()), buffer.size());
    const bool wait = next.empty() || (parser.is_header_done() && parser.chunked() && is_cut_last_chunk(next));
    const auto taken = wait ? 0 : parser.put(buffer.data(), failure);
    buffer.consume(taken);
    if (failure == beast_http::error::need_more) {
        const auto [end, arrived] =
            co_await s.async_read_some(buffer.prepare(read_size), asio::as_tuple(runtime::use_task));
        buffer.commit(arrived);
        failure = {};
        if (end && end != asio::error::eof) throw system_error(end);
        if (end && !parser.got_some()) throw system_error(beast_http::error::end_of_stream);
        if (end) parser.put_eof(failure);
    }
    if (failure) throw system_error(failure);
    co_return taken;
}

// The first non-interim response. Beast's header_limit (as of Boost 1.83) applies to each piece of a head that arrives,
// not to their sum.
template <class Stream>
runtime::task<fetched> read_response(Stream& s, bool to_head, std::size_t body_limit) {
    beast::flat_buffer buffer;
    for (int interim = 0;; ++interim) {
        response_parser parser;
        parser.body_limit(body_limit);
        parser.header_limit(head_limit);
        parser.skip(to_head);
        std::size_t head = 0;
        while (!parser.is_header_done()) {
            head += co_await parse_some(s, buffer, parser);
            if (head > head_limit && !parser.is_header_done()) throw system_error(beast_http::error::header_limit);
        }
        auto result = to_fetched(parser.get());  // before trailers are added
        while (!parser.is_done())
            co_await parse_some(s, buffer, parser);
        if (result.status < 100 || result.status > 599 || interim > interim_limit)
            throw system_error(beast_http::error::bad_status);
        result.body = std::move(parser.get().body());
        if (result.status >= 200 || result.status == 101) co_return result;
    }
}

struct not_secured {
    std::string reason;
};

runtime::task<> secure(tcp_stream&, const std::string&) { co_return; }

runtime::task<> secure(tls_stream& s, const std::string& host) {
    if (const auto failure = http::expect_host(s.native_handle(), host)) throw not_secured{failure.message()};
    const auto [failure] = co_await s.async_handshake(tls_stream::client, asio::as_tuple(runtime::use_task));
    if (failure == beast::error::timeout) throw system_error(failure);
    if (failure) throw not_secured{http::handshake_failure(s.native_handle(), failure)};
}

struct conversation {
    const fetch_request& request;
    const url_parts& where;
    std::string text;
    runtime::time_point deadline;
    transport_error step = transport_error::resolve_failed;  // what a failure of the present step comes to
};

template <class Stream>
runtime::task<fetched> converse(Stream& s, conversation& c) {
    const auto addresses = co_await look_up(c.where, c.deadline);
    c.step = transport_error::connect_failed;
    co_await connect(beast::get_lowest_layer(s), addresses, c.deadline);
    co_await secure(s, c.where.host);
    c.step = transport_error::closed;
    // A peer may answer, and close, before it has read the request: a failure to write shows in the read as well.
    co_await asio::async_write(s, asio::buffer(c.text), asio::as_tuple(runtime::use_task));
    co_return co_await read_response(s, c.request.method == method::head, c.request.response_limit);
}

runtime::task<fetched> converse(conversation& c) {
    const auto ex = co_await asio::this_coro::executor;
    if (c.where.scheme == "http") {
        tcp_stream s(ex);
        co_return co_await converse(s, c);
    }
    c.step = transport_error::tls_failed;
    const auto trust = c.request.trust ? c.request.trust : load_trust(c.request.verify_tls, c.request.ca_file);
    c.step = transport_error::resolve_failed;
    tls_stream s(tcp_stream(ex), *trust);
    co_return co_await converse(s, c);
}

fetched failed(transport_error error, std::string reason) {
    fetched result;
    result.error = error;
    result.reason = std::move(reason);
    return result;
}

// `step`: what a failure of the present step comes to.
fetched failed(const error_code& failure, transport_error step, const fetch_request& r) {
    using enum transport_error;
    if (failure == beast::error::timeout) return failed(timeout, "no complete response within the deadline");
    if (failure == beast_http::error::body_limit)
        return failed(malformed_response, "a body of more than " + std::to_string(r.response_limit) + " bytes");
    if (failure == beast_http::error::end_of_stream || failure == beast_http::error::partial_message)
        return failed(closed, "the peer closed the connection before the end of its response");
    if (failure.category() == make_error_code(beast_http::error::bad_status).category())
        return failed(malformed_response, failure.message());
    return failed(step, failure.message());
}

}  // namespace

std::string_view fetched::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const auto& h) { return h.first == name; });
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

runtime::task<fetched> fetch(fetch_request r) {
    const auto where = parse_url(r.url);
    if (!where) co_return failed(transport_error::resolve_failed, "not an absolute http or https URL");
    conversation c{r, *where, text_of(r, *where), std::chrono::steady_clock::now() + r.deadline};
    try {
        co_return co_await converse(c);
    } catch (const not_secured& e) {
        co_return failed(transport_error::tls_failed, e.reason);
    } catch (const system_error& e) {
        if (e.code() == asio::error::operation_aborted) throw;  // the surrounding task was cancelled
        co_return failed(e.code(), c.step, r);
    }
}

}  // namespace tidings::http
