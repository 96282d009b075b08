#include "domain/reserved_header.hpp"

#include <algorithm>

namespace tidings::broadcaster {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool begins_with(std::string_view name, std::string_view prefix) {
    return name.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), name.begin(), [](char p, char n) { return p == lower(n); });
}

}  // namespace

bool is_reserved_header(std::string_view name) { return begins_with(name, "tidings-") || begins_with(name, "nats-"); }

}  // namespace tidings::broadcaster
