// Whether a browser sends a request for a page of another site (CSRF), from the headers that no page can set,
// Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) and, from older browsers, Origin.
#pragma once

#include <string>

#include "http/server/route.hpp"

namespace tidings::http {

// False for programs, which send neither, and for pages of our own.
bool is_cross_site(const request& r);

// Answers 403 with `detail` to a request of another site's page.
guard refuse_cross_site(std::string detail);

}  // namespace tidings::http
