#include "http/message/request.hpp"

#include <algorithm>

namespace tidings::http {

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

const std::string* first_value(const pairs& in, std::string_view name) {
    const auto found = std::find_if(in.begin(), in.end(), [name](const auto& entry) { return entry.first == name; });
    return found == in.end() ? nullptr : &found->second;
}

std::string_view or_empty(const std::string* value) {
    return value == nullptr ? std::string_view{} : std::string_view(*value);
}

}  // namespace

std::string_view request::header(std::string_view name) const { return or_empty(first_value(headers, name)); }

std::vector<std::string_view> request::headers_named(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [given, value] : headers) {
        if (given == name) values.emplace_back(value);
    }
    return values;
}

std::optional<std::string> request::joined(std::string_view name) const {
    std::optional<std::string> value;
    for (const auto& [given, line] : headers) {
        if (given != name) continue;
        if (value) {
            *value += ", " + line;
        } else {
            value = line;
        }
    }
    return value;
}

std::string_view request::param(std::string_view name) const { return or_empty(first_value(params, name)); }

std::optional<std::string_view> request::query_value(std::string_view name) const {
    const auto* value = first_value(query, name);
    if (value == nullptr) return std::nullopt;
    return std::string_view(*value);
}

}  // namespace tidings::http
