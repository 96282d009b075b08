// How an endpoint's receiver is reached.
#pragma once

#include <string_view>

#include "domain/endpoint.hpp"
#include "http/client/origin.hpp"

namespace tidings::broadcaster {

// Throws std::invalid_argument naming the endpoint.
http::url_parts url_of(const endpoint& e);
http::origin_options origin_options_of(const endpoint& e);

// Why there is no answer, for people: names the setting that would allow it.
std::string_view reason_of(const http::reply& r);

}  // namespace tidings::broadcaster
