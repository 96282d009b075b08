// The state of an endpoint, as the API shows it. Nothing in it is secret: of the URL only scheme and host, since its
// path may be a credential.
#pragma once

#include <cstddef>
#include <string>

#include "domain/endpoint.hpp"
#include "domain/endpoint_health.hpp"

namespace tidings::broadcaster {

struct endpoint_status {
    std::string name;
    std::string destination;  // "https://billing.example", or "log"
    ordering order = ordering::none;
    std::vector<std::string> event_types;
    bool is_signed = false;
    enum class service { here, elsewhere, nowhere };
    service served = service::here;  // by this replica, by another, or by none as far as this one knows
    std::string reason;              // why it is not served here, or not as it should be
    endpoint_state state = endpoint_state::healthy;
    unsigned consecutive_failures = 0;
    std::size_t attempts_under_way = 0;
    milliseconds timeout{0};
    std::uint64_t max_in_flight = 0;
};

}  // namespace tidings::broadcaster
