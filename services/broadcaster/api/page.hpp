// The query parameters of a list, and the errors for invalid ones.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message/problem.hpp"
#include "http/message/request.hpp"

namespace tidings::broadcaster {

// Where a page of attempts begins: behind (older than) record `record` of batch `batch`, the oldest being 0. Written
// "<batch>.<record>", or "<batch>" for its beginning.
struct attempts_cursor {
    std::uint64_t batch = std::numeric_limits<std::uint64_t>::max();  // beyond the end: the newest
    std::size_t record = 0;
};

struct page {
    std::uint64_t after = 0;  // dead letters: the sequence that the page before ended with
    attempts_cursor before;   // attempts
    std::string after_name;   // endpoints: the name that the page before ended with
    std::size_t limit = 50;   // 1..200: records on a page; of endpoints 1..1000, or all
    std::string endpoint;     // empty: all
};

enum class list { attempts, dead_letters, endpoints };

// `wrong` gets one entry per parameter that is unknown, given twice or out of range (20 at most); then the page must
// not be used.
page read_page(const http::request& r, list l, std::vector<http::field_error>& wrong);
// Of an operation that takes no parameters at all.
std::vector<http::field_error> refuse_parameters(const http::request& r);

std::optional<std::uint64_t> read_sequence(std::string_view text);  // >= 1
std::string to_string(attempts_cursor c);

}  // namespace tidings::broadcaster
