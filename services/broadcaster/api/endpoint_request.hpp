// What requests about endpoints bring: a JSON object, and preconditions on the revision (RFC 9110, 13.1).
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <optional>
#include <string>

#include "domain/endpoint_store.hpp"
#include "http/server/route.hpp"

namespace tidings::broadcaster {

// Answers 415 to a body that is not JSON in UTF-8 (or, with `patch`, not application/merge-patch+json either).
http::guard require_json(bool patch);

// The object in the body, or why there is none.
boost::system::result<boost::json::object, std::string> read_object(const std::string& body);

// "\"42\""
std::string etag_of(std::uint64_t revision);

// If-Match and If-None-Match; nothing when one of them is malformed. Without them everything is allowed.
std::optional<precondition> read_precondition(const http::request& r);

}  // namespace tidings::broadcaster
