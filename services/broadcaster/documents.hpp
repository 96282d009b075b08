// What this service says about its API: its documents and their page, made by tools/api-docs during the build.
#pragma once

#include <span>

#include "http/server/document_routes.hpp"

namespace tidings::broadcaster {

std::span<const http::document> documents();

}  // namespace tidings::broadcaster
