#include "domain/fleet_scope.hpp"

#include "events/subjects.hpp"
#include "text/ascii.hpp"
#include "text/escape.hpp"

namespace tidings::broadcaster {

std::string scope_of(std::string_view stream) {
    if (stream == events::todos_stream) return {};
    std::string scope = "_";
    text::append_escaped(scope, stream, '=',
                         [](char c) { return text::is_letter_or_digit(c) || c == '-' || c == '_'; });
    return scope + '.';
}

std::string shard_name(const std::string& scope, std::uint32_t number) { return scope + std::to_string(number); }

std::string_view without_scope(std::string_view key, std::string_view scope) {
    if (scope.empty()) return key.starts_with('_') ? std::string_view() : key;
    return key.starts_with(scope) ? key.substr(scope.size()) : std::string_view();
}

}  // namespace tidings::broadcaster
