// What an endpoint must be, whichever source it comes from. Pure.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "domain/endpoint_spec.hpp"

namespace tidings::broadcaster {

// One rule that a description breaks. No secret, and no url, is part of it.
struct violation {
    std::string pointer;  // to the member (RFC 6901): "/url", "/secrets/1"
    std::string detail;   // what is wrong and how to fix it
    bool operator==(const violation&) const = default;
};
using violations = std::vector<violation>;

// What a source may say.
struct endpoint_policy {
    bool (*usable_url)(std::string_view) = nullptr;  // whether webhooks could be sent there
    // What is wrong with a stream's name, or a subject; empty: nothing.
    std::string_view (*stream_problem)(std::string_view) = nullptr;
    std::string_view (*subject_problem)(std::string_view) = nullptr;
    std::string_view default_stream;  // of endpoints that name none
    // Files and the environment are the operator's own. Others may not make the broadcaster reach into its own network
    // (unless every endpoint may) nor open files of its machine.
    bool is_operator = true;
    bool allow_private_addresses = false;  // every endpoint may
};

inline constexpr std::size_t longest_url = 2'048;
inline constexpr std::size_t most_secrets = 10;
inline constexpr std::size_t most_event_types = 100;
inline constexpr std::size_t longest_event_type = 255;
inline constexpr std::size_t most_retries = 50;

// The endpoint, or every rule that is broken.
boost::system::result<endpoint, violations> make_endpoint(const endpoint_spec& s, const endpoint_policy& policy);

}  // namespace tidings::broadcaster
