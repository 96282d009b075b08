#include "http/server/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include "http/message/host.hpp"
#include "http/message/last_chunk.hpp"
#include "text/ascii.hpp"

namespace tidings::http {

namespace beast = boost::beast;
using beast::http::error;

namespace {

constexpr unsigned most_fields = 100;
constexpr std::size_t longest_id = 64;
// What may wait for the end of a chunk's own head (its size and extensions), or of the trailers.
constexpr std::size_t longest_chunk_head = 4096;

method to_method(beast::http::verb v) {
    using beast::http::verb;
    switch (v) {
        case verb::get:
            return method::get;
        case verb::head:
            return method::head;
        case verb::post:
            return method::post;
        case verb::put:
            return method::put;
        case verb::patch:
            return method::patch;
        case verb::delete_:
            return method::delete_;
        case verb::options:
            return method::options;
        case verb::trace:
            return method::trace;
        case verb::connect:
            return method::connect;
        default:
            return method::other;
    }
}

bool is_id(std::string_view id) {
    const auto allowed = [](char c) { return text::is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; };
    return !id.empty() && id.size() <= longest_id && std::all_of(id.begin(), id.end(), allowed);
}

// "GET / HTTP/1.7\r\n..." -> "1.7"; empty when the first line does not end so.
std::string_view version_in(std::string_view input) {
    const auto line = input.substr(0, input.find("\r\n"));
    constexpr std::string_view name = " HTTP/";
    const auto at = line.rfind(name);
    const auto version = at == std::string_view::npos ? std::string_view{} : line.substr(at + name.size());
    const bool fits =
        version.size() == 3 && text::is_digit(version[0]) && version[1] == '.' && text::is_digit(version[2]);
    return fits ? version : std::string_view{};
}

// A line that begins with a blank goes on with the header before it (obs-fold; RFC 9112, 5.2). Beast joins the two, but
// other readers on the way may take them for two headers.
bool has_folded_line(std::string_view head) {
    while (!head.empty() && head.front() != '\r') {
        if (head.front() == ' ' || head.front() == '\t') return true;
        const auto end = head.find('\n');
        if (end == std::string_view::npos) return false;
        head.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace

// Blames the target when it takes up most of the head.
refusal request_parser::too_large(std::string_view input) const {
    const auto line = into_.target.empty() ? input.substr(0, input.find('\n')).size() : into_.target.size();
    if (line > head_limit_ / 2) return {414, "The request target is too long."};
    return {431, "The request line and headers are too large."};
}

refusal request_parser::explain(const error_code& ec, std::string_view input) const {
    if (ec == error::header_limit) return too_large(input);
    if (ec == error::bad_version && !version_in(input).empty()) return {505, "The version of HTTP is not 1.0 or 1.1."};
    if (ec == error::body_limit) return {413, "The body is too large."};
    if (ec == error::bad_method || ec == error::bad_target || ec == error::bad_version)
        return {400, "The request line is not that of HTTP/1.1 or HTTP/1.0."};
    if (ec == error::bad_content_length || ec == error::multiple_content_length)
        return {400, "Content-Length is not one whole number, or contradicts Transfer-Encoding."};
    if (ec == error::bad_transfer_encoding)
        return {400, "Transfer-Encoding is repeated, or contradicts Content-Length."};
    if (ec == error::bad_chunk || ec == error::bad_chunk_extension) return {400, "The chunked body is malformed."};
    return {400, "A header is malformed."};
}

request_parser::request_parser(request& into, std::size_t head_limit) : into_(into), head_limit_(head_limit) {
    header_limit(static_cast<std::uint32_t>(head_limit));
    body_limit(boost::none);
}

request_parser::progress request_parser::limit_body(std::size_t limit) {
    body_limit_ = limit;
    body_limit(limit);
    eager(true);
    if (content_length().value_or(0) <= limit) return is_done() ? progress::done : progress::more;
    refused_ = {413, "The body is too large."};
    return progress::refused;
}

request_parser::progress request_parser::feed(std::string_view& input) {
    error_code ec;
    const auto given = input;
    const bool in_body = head_done();
    if (!in_body && has_folded_line(input)) {
        refuse(ec, 400, "A header goes on in a second line.");
        return progress::refused;
    }
    if (in_body && chunked() && is_cut_last_chunk(input)) return progress::more;
    auto used = put(boost::asio::const_buffer(input.data(), input.size()), ec);
    if (ec == error::bad_version && version_in(input).starts_with("1.")) used = put_as_1_1(input, ec);
    input.remove_prefix(used);
    if (ec == error::need_more) ec = {};
    if (!ec && !is_done() && in_body && input.size() > longest_chunk_head) ec = error::bad_chunk;
    if (ec && refused_.status == 0) refused_ = explain(ec, given);
    if (ec) return progress::refused;
    if (is_done()) return progress::done;
    return head_done() && !in_body ? progress::head_done : progress::more;
}

// A later minor version is to be read as the latest one known (RFC 9110, 2.5); Beast refuses it.
std::size_t request_parser::put_as_1_1(std::string_view input, error_code& ec) {
    std::string rewritten(input);
    rewritten[static_cast<std::size_t>(version_in(input).end() - input.begin()) - 1] = '1';
    ec = {};
    return put(boost::asio::buffer(rewritten), ec);
}

void request_parser::refuse(error_code& ec, unsigned status, std::string_view detail) {
    refused_ = {status, detail};
    ec = error::bad_value;
}

void request_parser::on_request_impl(verb known, view name, view target, int version, error_code&) {
    into_.method = to_method(known);
    into_.target = std::string_view(target);
    version_ = version;
    head_bytes_ = name.size() + target.size();
}

void request_parser::on_field_impl(field known, view name, view value, error_code& ec) {
    // Beast's own limit applies to the bytes of one call; this one also covers headers that arrive in small pieces.
    head_bytes_ += name.size() + value.size() + 4;
    if (++fields_ > most_fields || head_bytes_ > head_limit_) {
        ec = error::header_limit;
        return;
    }
    // Trailers come here too. They are dropped: merged into the headers they could override what was checked.
    if (head_done()) return;
    check_field(known, value, ec);
    into_.headers.emplace_back(text::lowered(name), std::string_view(value));
    if (known == field::unknown && into_.headers.back().first == "x-request-id" && is_id(value)) {
        into_.context.request_id = std::string_view(value);
    }
}

void request_parser::check_field(field name, view value, error_code& ec) {
    if (name == field::host && ++hosts_ > 1) refuse(ec, 400, "There is more than one Host header.");
    if (name == field::host && !is_host_value(value)) refuse(ec, 400, "Host is not a host with or without a port.");
    if (name == field::content_type && ++types_ > 1) refuse(ec, 400, "There is more than one Content-Type header.");
    if (name == field::content_length && (++lengths_ > 1 || value.find(',') != view::npos))
        refuse(ec, 400, "There is more than one Content-Length.");
    if (name == field::transfer_encoding) {
        if (++codings_ > 1) refuse(ec, 400, "There is more than one Transfer-Encoding header.");
        if (version_ == 10) refuse(ec, 400, "HTTP/1.0 has no Transfer-Encoding.");
        if (!beast::iequals(value, "chunked")) refuse(ec, 501, "The only transfer coding understood is chunked.");
    }
    if (name == field::expect && version_ == 11) {
        expects_continue_ = beast::iequals(value, "100-continue");
        if (!expects_continue_) refuse(ec, 417, "The only expectation understood is 100-continue.");
    }
}

void request_parser::on_header_impl(error_code& ec) {
    into_.keep_alive = keep_alive();
    if (version_ == 11 && hosts_ == 0) refuse(ec, 400, "HTTP/1.1 asks for a Host header.");
}

std::size_t request_parser::on_body_impl(view piece, error_code&) {
    // Grows as a string does, but not beyond what can come: the last step would else leave half of it empty.
    const auto needed = into_.body.size() + piece.size();
    if (needed > into_.body.capacity())
        into_.body.reserve(std::min(std::max(needed, 2 * into_.body.capacity()), length_));
    into_.body.append(piece.data(), piece.size());
    return piece.size();
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t, view piece, error_code& ec) {
    return on_body_impl(piece, ec);
}

}  // namespace tidings::http
