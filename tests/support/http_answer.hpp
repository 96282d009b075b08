// A response as tests look at it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tidings::support {

struct http_answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names as they were sent
    std::string body;
    std::string header(std::string_view name) const;  // in any case; empty when there is none
};

}  // namespace tidings::support
