// A service's openapi.yaml, as far as tests compare it with the service.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "http/message/method.hpp"

namespace tidings::openapi {

struct operation {
    std::string method;  // "GET"
    std::string path;    // "/api/todos/{id}"
    std::set<unsigned> statuses;

    std::string name() const { return method + ' ' + path; }
};

// All of services/<service>/openapi.yaml; a path's `x-also-at` lists further paths with the same operations. Throws
// std::runtime_error when the file cannot be read.
std::vector<operation> operations_of(const std::string& service);

// The names of its operations, and of a router's routes. OPTIONS is left out: the router answers it for every path.
std::set<std::string> documented(const std::string& service);
std::set<std::string> served(const std::vector<std::pair<http::method, std::string>>& routes);

}  // namespace tidings::openapi
