// What requests about endpoints bring: a media type, and preconditions on the revision (RFC 9110, 13.1).
#pragma once

#include <optional>
#include <string>

#include "domain/endpoint_store.hpp"
#include "http/server/route.hpp"

namespace tidings::broadcaster {

// Answers 415 to a body that is not JSON in UTF-8 (or, with `patch`, not application/merge-patch+json either).
http::guard require_json(bool patch);

// "\"42\""
std::string etag_of(std::uint64_t revision);

// If-Match and If-None-Match; nothing when one of them is malformed. Without them everything is allowed.
std::optional<precondition> read_precondition(const http::request& r);

}  // namespace tidings::broadcaster
