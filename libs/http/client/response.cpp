#include "http/client/response.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <utility>

#include "text/ascii.hpp"

namespace tidings::http::client {

void response::start(bool to_head, std::size_t body_limit) {
    to_head_ = to_head;
    body_limit_ = body_limit;
    begun_ = false;
    stale_ = true;
}

void response::begin() {
    stale_ = false;
    skipping_ = false;
    head_bytes_ = 0;
    problem_ = {};
    head_.clear();
    body_.clear();
    part_ = part::status_line;
}

response::progress response::feed(std::string_view bytes, std::size_t& used) {
    used = 0;
    if (stale_) begin();
    begun_ = begun_ || !bytes.empty();
    while (used < bytes.size()) {
        std::size_t taken = 0;
        const auto result = step(bytes.substr(used), taken);
        used += taken;
        if (result != progress::more || taken == 0) return result;
    }
    return progress::more;
}

response::progress response::end_of_stream() {
    if (stale_ || part_ != part::body_until_close) return progress::more;
    part_ = part::none;
    return progress::complete;
}

response::progress response::malformed(std::string_view problem) {
    problem_ = problem;
    return progress::malformed;
}

// Takes one line, or a piece of the body. Takes nothing: it needs more bytes.
response::progress response::step(std::string_view bytes, std::size_t& used) {
    if (skipping_) return read_line(bytes, used);
    switch (part_) {
        case part::body:
        case part::chunk:
        case part::body_until_close:
            return keep(bytes, used);
        case part::chunk_end:
            return chunk_ends(bytes, used);
        case part::status_line:
            if (!may_be_http(bytes, used)) return malformed("not an HTTP/1.x response");
            return used != 0 ? progress::more : read_line(bytes, used);
        default:
            return read_line(bytes, used);
    }
}

// Looks before the end of the line: a peer that speaks something else never sends one. Takes empty lines.
bool response::may_be_http(std::string_view bytes, std::size_t& used) {
    constexpr std::string_view beginning = "HTTP/1.";
    used = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
    head_bytes_ += used;
    bytes.remove_prefix(used);
    const auto n = std::min(bytes.size(), beginning.size());
    if (head_bytes_ <= head_limit && text::iequals(bytes.substr(0, n), beginning.substr(0, n))) return true;
    begun_ = false;
    return false;
}

response::progress response::read_line(std::string_view bytes, std::size_t& used) {
    const auto l = take_line(bytes, used);
    head_bytes_ += used;
    if (head_bytes_ > head_limit) return malformed("a head of more than 300 KiB");
    return l ? take(*l) : progress::more;
}

// Nothing: the line is not complete, or this is the rest of one that was too long.
std::optional<response::line> response::take_line(std::string_view bytes, std::size_t& used) {
    const auto end = bytes.find('\n');
    const bool complete = end != bytes.npos;
    const auto size = complete ? end : bytes.size();
    const bool cut = size > line_limit;
    if (!complete && !cut && !skipping_) return std::nullopt;
    used = complete ? end + 1 : size;
    if (std::exchange(skipping_, !complete)) return std::nullopt;
    auto text = bytes.substr(0, std::min(size, line_limit));
    while (!cut && text.ends_with('\r'))
        text.remove_suffix(1);
    return line{text, cut};
}

response::progress response::take(const line& l) {
    switch (part_) {
        case part::chunk_size:
            return chunk_begins(l);
        case part::trailers:
            if (l.text.empty()) part_ = part::none;
            return l.text.empty() ? progress::complete : progress::more;
        case part::fields:
            if (l.text.empty()) return head_ended();
            [[fallthrough]];
        default:
            part_ = part::fields;
            if (const auto problem = head_.add(l.text, l.cut); !problem.empty()) return malformed(problem);
            return progress::more;
    }
}

response::progress response::head_ended() {
    using framing = response_head::framing;
    if (const auto problem = head_.finish(to_head_); !problem.empty()) return malformed(problem);
    // 101 is final for this request: the peer means to speak another protocol from here on.
    if (head_.status() < 200 && head_.status() != 101) {
        head_.clear();
        part_ = part::status_line;
        return progress::more;
    }
    left_ = head_.length();
    part_ = part::none;
    if (head_.body() == framing::chunked) part_ = part::chunk_size;
    if (head_.body() == framing::length && left_ != 0) part_ = part::body;
    if (head_.body() == framing::until_close) {
        part_ = part::body_until_close;
        left_ = std::numeric_limits<std::uint64_t>::max();
    }
    return part_ == part::none ? progress::complete : progress::more;
}

// What follows the digits is an extension, or blanks.
response::progress response::chunk_begins(const line& l) {
    constexpr std::size_t own_bytes = 32;  // belong to the chunk, not to an extension
    const auto failure = std::from_chars(std::to_address(l.text.begin()), std::to_address(l.text.end()), left_, 16).ec;
    if (failure != std::errc()) return malformed("a chunk without a size");
    head_bytes_ -= std::min({head_bytes_, own_bytes, l.text.size()});
    part_ = left_ == 0 ? part::trailers : part::chunk;
    return progress::more;
}

response::progress response::chunk_ends(std::string_view bytes, std::size_t& used) {
    const std::size_t end = bytes.starts_with('\r') ? 1 : 0;
    if (bytes.size() == end) return progress::more;
    if (bytes[end] != '\n') return malformed("a chunk longer than its size");
    used = end + 1;
    part_ = part::chunk_size;
    return progress::more;
}

response::progress response::keep(std::string_view bytes, std::size_t& used) {
    used = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
    const auto fits = std::min(used, body_limit_ - body_.size());
    body_.append(bytes, 0, fits);
    if (fits < used) return progress::cut;
    if (part_ == part::body_until_close) return progress::more;
    left_ -= used;
    if (left_ != 0) return progress::more;
    const bool whole = std::exchange(part_, part::chunk_end) == part::body;
    if (whole) part_ = part::none;
    return whole ? progress::complete : progress::more;
}

}  // namespace tidings::http::client
