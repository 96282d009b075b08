// Documents that are part of the program, such as the description of its API.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "http/server/router.hpp"

namespace tidings::http {

struct document {
    const char* path;
    const char* content_type;
    std::string_view text;
};

// GET each, with an ETag, to be asked for again before each use;
// anybody may ask whom `guards` let pass. The server "/" of an OpenAPI document becomes the base path of `r`.
void add_documents(router& r, std::span<const document> documents, const std::vector<guard>& guards = {});

}  // namespace tidings::http
