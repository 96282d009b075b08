#include "domain/endpoint.hpp"

#include <algorithm>

#include "domain/type_pattern.hpp"

namespace tidings::broadcaster {

std::string_view to_string(webhook_format f) {
    switch (f) {
        case webhook_format::cloudevents:
            break;
        case webhook_format::slack:
            return "slack";
        case webhook_format::discord:
            return "discord";
        case webhook_format::telegram:
            return "telegram";
        case webhook_format::log_only:
            return "log-only";
    }
    return "cloudevents";
}

bool is_chat(webhook_format f) { return f != webhook_format::cloudevents && f != webhook_format::log_only; }

std::vector<milliseconds> default_retry_schedule() {
    using namespace std::chrono_literals;
    return {5s, 30s, 2min, 10min, 30min, 1h, 3h, 6h, 12h, 24h};
}

std::string_view to_string(ordering o) {
    switch (o) {
        case ordering::none:
            return "none";
        case ordering::per_key:
            return "per-key";
        case ordering::strict:
            return "strict";
    }
    return "unknown";
}

std::string identity_of(const endpoint& e) { return e.incarnation.empty() ? e.name : e.name + '_' + e.incarnation; }

bool valid_endpoint_name(std::string_view name) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), allowed);
}

bool wants_event(const std::vector<std::string>& wanted, std::string_view type) {
    if (wanted.empty()) return true;
    return std::ranges::any_of(wanted, [type](const auto& pattern) { return matches_type(pattern, type); });
}

}  // namespace tidings::broadcaster
