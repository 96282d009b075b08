// An endpoint as a value of the bucket: its document, its secrets sealed, and where it began.
//
//     {"version": 1, "document": {...}, "secrets": ["v1..."], "incarnation": "...", "created_at": "...",
//      "start": {"stream": "TODOS", "created": "...", "sequence": 43}}
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "domain/endpoint_store.hpp"
#include "registry/secret_box.hpp"

namespace tidings::broadcaster {

struct stored_endpoint {
    boost::json::object document;      // without secrets
    std::vector<std::string> secrets;  // sealed
    std::string incarnation;
    std::string created_at;
    start_point start;
    std::uint64_t version = known_version;

    static constexpr std::uint64_t known_version = 1;  // a later one may say what this code does not understand
    static boost::system::result<stored_endpoint, violations> parse(std::string_view value);
    std::string text() const;

    // The endpoint called `name`, or why it cannot be.
    boost::system::result<endpoint, violations> open(std::string_view name, const secret_box& box,
                                                     const endpoint_policy& policy) const;
    // Where `e`, which was opened or is to be stored as this, has its place.
    void place(endpoint& e) const;
};

}  // namespace tidings::broadcaster
