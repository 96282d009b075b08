// An endpoint as its owner described it, before the rules were applied, and the table of what can be described. Every
// source (YAML, WEBHOOK_URL, the API and its bucket) fills a spec by this table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

struct endpoint_spec {
    endpoint_spec() { values.retry_schedule = default_retry_schedule(); }

    endpoint values;  // all but what the three texts below stand for
    std::string format = "cloudevents";
    std::string ordering = "none";
    std::string deliver_from = "now";
};

// `name` is the key in every source; `meaning` one line for --help.
struct choice_field {
    std::string_view name;
    std::string endpoint_spec::* text;
    std::vector<std::string_view> allowed;
    std::string_view meaning;
};

struct flag_field {
    std::string_view name;
    bool endpoint::* value;
    std::string_view meaning;
};

struct number_field {
    std::string_view name;
    std::uint64_t endpoint::* value;
    std::uint64_t lowest, highest;
    std::string_view meaning;
};

struct duration_field {
    std::string_view name;
    milliseconds endpoint::* value;
    milliseconds lowest, highest;
    std::string_view meaning;
};

std::span<const choice_field> choice_fields();
std::span<const flag_field> flag_fields();
std::span<const number_field> number_fields();
std::span<const duration_field> duration_fields();

// Whether a description may hold it because the API shows it beside the settings: nobody sets it.
bool is_shown_only(std::string_view member);

inline constexpr milliseconds longest_retry_pause = std::chrono::days(365);

// The texts that stand for the endpoint's values.
endpoint_spec spec_of(const endpoint& e);

}  // namespace tidings::broadcaster
