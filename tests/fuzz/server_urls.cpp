// NATS_URL, and the servers that a cluster announces.
#include "bus/link/server_urls.hpp"

#include <stdexcept>

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto configured = next_part(bytes);
    try {
        const auto list = bus::parse_servers(configured);
        require(!list.urls.empty(), "a list that was accepted names a server");
        const auto all = bus::with_discovered(list, {std::string(bytes)});
        require(all.size() >= list.urls.size(), "no server is forgotten");
    } catch (const std::invalid_argument& e) {
        require(!std::string_view(e.what()).empty(), "a refusal says why");
    }
}

}  // namespace tidings::fuzz
