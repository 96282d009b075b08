// Cross-origin resource sharing: which pages of other origins may use the API from a browser (Fetch, 3.2). No cookie or
// login of the browser's own is shared: such a page brings its own token.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "http/message/request.hpp"

namespace tidings::http {

struct cors_options {
    std::vector<std::string> origins;              // "https://app.example.com"; "*": any; empty: none
    std::chrono::milliseconds max_age{7'200'000};  // of the answer to a preflight; browsers keep none longer
};

// An origin as browsers write it: scheme, host and port other than the default one, in lower case, without a path.
bool is_origin(std::string_view text);

// Whether a page of that origin may use the API.
bool allows(const cors_options& options, std::string_view origin);

// Appends the lines that an answer to `r` has for the page's browser, each with its end; none for an origin that is not
// allowed. `allow`: the answer's Allow, which is what a preflight asks for.
void append_cors_lines(std::string& out, const cors_options& options, const request& r, std::string_view allow);

}  // namespace tidings::http
