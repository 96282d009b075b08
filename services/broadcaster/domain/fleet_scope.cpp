#include "domain/fleet_scope.hpp"

#include <array>
#include <cctype>
#include <cstdio>

#include "events/subjects.hpp"

namespace tidings::broadcaster {

std::string scope_of(std::string_view stream) {
    if (stream == events::todos_stream) return {};
    std::string scope = "_";
    for (const unsigned char c : stream) {
        if (std::isalnum(c) != 0 || c == '-' || c == '_') {
            scope += static_cast<char>(c);
        } else {
            std::array<char, 4> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "=%02X", c);
            scope += escaped.data();
        }
    }
    return scope + '.';
}

std::string shard_name(const std::string& scope, std::uint32_t number) { return scope + std::to_string(number); }

std::string_view without_scope(std::string_view key, std::string_view scope) {
    if (scope.empty()) return key.starts_with('_') ? std::string_view() : key;
    return key.starts_with(scope) ? key.substr(scope.size()) : std::string_view();
}

}  // namespace tidings::broadcaster
