// The URL of an endpoint. It must not allow header injection into our requests.
#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "http/client/url.hpp"

namespace tidings::fuzz {

namespace {

bool plain(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

void check(std::string_view bytes) {
    const auto url = http::parse_url(bytes);
    if (!url) return;
    require(url->scheme == "http" || url->scheme == "https", "http or https");
    require(!url->host.empty() && url->port != 0, "a host and a port");
    require(url->target.starts_with('/'), "a target begins with a slash");
    require(plain(url->host_header) && plain(url->target), "nothing that ends a line");
    const auto again = http::parse_url(url->scheme + "://" + url->host_header + url->target);
    require(again && again->scheme == url->scheme && again->host == url->host && again->port == url->port &&
                again->target == url->target && again->host_header == url->host_header,
            "what was taken apart can be put together");
}

}  // namespace tidings::fuzz
