// The state of an endpoint, as the API shows it. Nothing in it is secret: of the URL only scheme and host, since its
// path may be a credential.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "domain/endpoint.hpp"
#include "domain/endpoint_health.hpp"
#include "ids/timestamp.hpp"

namespace tidings::broadcaster {

struct failed_attempt {
    ids::timestamp at;
    unsigned status = 0;  // of HTTP; 0: no answer
    std::string error;    // as the attempt's `outcome`, and the reason where there is one
};

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
    // Since this process delivers to it.
    std::optional<std::uint64_t> waiting{};        // messages, as of the last look; nothing: not looked yet
    std::optional<ids::timestamp> delivered_at{};  // the last success
    std::optional<failed_attempt> last_failure{};
    std::optional<ids::timestamp> probe_at{};  // while it is paused
};

}  // namespace tidings::broadcaster
