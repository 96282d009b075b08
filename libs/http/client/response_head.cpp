#include "http/client/response_head.hpp"

#include <algorithm>
#include <utility>

#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::http::client {

namespace {

constexpr std::string_view fine;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Takes the next element off a list (RFC 9110, 5.6.1).
std::string_view take_element(std::string_view& list) {
    const auto comma = std::min(list.find(','), list.size());
    const auto element = text::trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    return element;
}

}  // namespace

void response_head::clear() {
    status_ = 0;
    field_ = field::other;
    value_.clear();
    length_.reset();
    endless_ = coded_ = chunked_ = says_close_ = says_keep_alive_ = false;
    framing_ = framing::none;
    keep_alive_ = false;
    retry_after_.clear();
}

std::string_view response_head::add(std::string_view line, bool cut) {
    if (status_ == 0) return add_status_line(line);
    if (line.find('\0') != line.npos) return "a NUL in a header";
    if (is_blank(line.front())) return add_to_field(line, cut);
    if (const auto problem = end_field(); !problem.empty()) return problem;
    const auto colon = line.find(':');
    if (colon == line.npos) return "a header line without a colon";
    field_ = field_named(text::trim(line.substr(0, colon)));
    return add_to_field(line.substr(colon + 1), cut);
}

// The blank between version and status may be several, the reason and the blank before it may be missing.
std::string_view response_head::add_status_line(std::string_view line) {
    constexpr std::string_view version = "HTTP/1.";
    if (!text::istarts_with(line, version)) return "not an HTTP/1.x response";
    line.remove_prefix(version.size());
    if (line.size() < 2 || !text::is_digit(line[0]) || !is_blank(line[1])) return "no HTTP version that is known";
    version_1_0_ = line[0] == '0';
    line.remove_prefix(std::min(line.find_first_not_of(" \t", 1), line.size()));
    const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
    const auto status = digits == 3 ? text::parse_number<unsigned>(line.substr(0, 3)).value_or(0) : 0;
    if (status < 100) return "a status that is not of three digits, 100 or more";
    status_ = status;
    return fine;
}

response_head::field response_head::field_named(std::string_view name) {
    switch (name.size()) {
        case 10:
            return text::iequals(name, "Connection") ? field::connection : field::other;
        case 11:
            return text::iequals(name, "Retry-After") ? field::retry_after : field::other;
        case 14:
            return text::iequals(name, "Content-Length") ? field::content_length : field::other;
        case 17:
            return text::iequals(name, "Transfer-Encoding") ? field::transfer_encoding : field::other;
        default:
            return field::other;
    }
}

// A value, or the line that goes on with it (obs-fold, RFC 9112, 5.2).
std::string_view response_head::add_to_field(std::string_view line, bool cut) {
    constexpr std::size_t value_limit = 4'096;
    if (field_ == field::other) return fine;
    if (cut || value_.size() + line.size() >= value_limit) return "a header that is too long";
    if (!value_.empty()) value_ += ' ';
    value_ += text::trim(line);
    return fine;
}

std::string_view response_head::end_field() {
    const auto ended = std::exchange(field_, field::other);
    if (ended == field::other) return fine;
    std::string_view problem;
    if (ended == field::content_length) problem = set_length();
    if (ended == field::transfer_encoding) set_coding();
    if (ended == field::connection) set_connection();
    if (ended == field::retry_after) retry_after_ = value_;
    value_.clear();
    return problem;
}

// The same length several times is one (RFC 9112, 6.3).
std::string_view response_head::set_length() {
    std::string_view list = value_;
    do {
        const auto element = take_element(list);
        if (!text::all_digits(element)) return "a Content-Length that is no number";
        const auto length = text::parse_number<std::uint64_t>(element);
        endless_ = endless_ || !length;
        if (length_ && length && *length_ != *length) return "two values of Content-Length";
        if (length) length_ = length;
    } while (!list.empty());
    return fine;
}

// The last coding frames the body; "identity" is none.
void response_head::set_coding() {
    for (std::string_view list = value_; !list.empty();) {
        const auto element = take_element(list);
        const auto coding = text::trim(element.substr(0, element.find(';')));
        if (coding.empty() || text::iequals(coding, "identity")) continue;
        coded_ = true;
        chunked_ = text::iequals(coding, "chunked");
    }
}

void response_head::set_connection() {
    for (std::string_view list = value_; !list.empty();) {
        const auto option = take_element(list);
        says_close_ = says_close_ || text::iequals(option, "close");
        says_keep_alive_ = says_keep_alive_ || text::iequals(option, "keep-alive");
    }
}

std::string_view response_head::finish(bool to_head) {
    if (const auto problem = end_field(); !problem.empty()) return problem;
    decide_framing(to_head);
    return fine;
}

// RFC 9112, 6.3 and 9.3.
void response_head::decide_framing(bool to_head) {
    const bool no_content = status_ == 204 || status_ == 304;
    const bool has_length = length_.has_value() && !endless_;
    framing_ = framing::until_close;
    if (to_head || status_ < 200 || no_content)
        framing_ = framing::none;
    else if (chunked_)
        framing_ = framing::chunked;
    else if (!coded_ && has_length)
        framing_ = framing::length;
    const bool wanted = !says_close_ && (!version_1_0_ || says_keep_alive_);
    // A body that must not be there may come all the same, later; and where two lengths are told, or a coding that
    // HTTP/1.0 does not know, the peer may mean another end than ours.
    const bool may_say_more = no_content && !to_head && (coded_ || endless_ || length() != 0);
    const bool doubtful = may_say_more || (coded_ && (length_ || endless_ || version_1_0_));
    keep_alive_ = wanted && !doubtful && framing_ != framing::until_close && status_ != 101;
}

}  // namespace tidings::http::client
