// A response, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tidings::support {

struct http_answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names as sent
    std::string body;
    std::string header(std::string_view name) const;  // case-insensitive; empty if absent
};

}  // namespace tidings::support
