#include "delivery/receiver.hpp"

#include <stdexcept>

namespace tidings::broadcaster {

http::url_parts url_of(const endpoint& e) {
    auto parts = http::parse_url(e.url);
    if (!parts) throw std::invalid_argument("endpoint '" + e.name + "': url must be an absolute http or https URL");
    return *parts;
}

http::origin_options origin_options_of(const endpoint& e) {
    http::origin_options o;
    o.connections = e.connections;
    o.allow_private_addresses = e.allow_private_addresses;
    o.verify_tls = e.verify_tls;
    o.ca_file = e.ca_file;
    return o;
}

std::string_view reason_of(const http::reply& r) {
    if (r.error != http::transport_error::address_refused) return r.reason;
    return "leads to an address that is not public; allow_private_addresses (ALLOW_PRIVATE_ADDRESSES) allows it";
}

}  // namespace tidings::broadcaster
