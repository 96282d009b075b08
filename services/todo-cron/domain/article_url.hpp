// From the answer of the random page to the URL of an article.
#pragma once

#include <string>
#include <string_view>

#include "domain/errc.hpp"

namespace tidings::todo_cron {

// `location` as the redirect of `page` gives it, absolute or relative (RFC 3986, section 5), as an absolute ASCII URL.
// Bytes outside ASCII, which some servers send raw, are percent-encoded.
result<std::string> article_url(std::string_view page, std::string_view location);

// Do both name the same page on perhaps another scheme or host? (http -> https, or a host that moved: no article yet.)
bool same_page(std::string_view one, std::string_view other);

}  // namespace tidings::todo_cron
