#include "api/json_pointer.hpp"

#include <cstddef>
#include <span>
#include <utility>

#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

std::optional<std::string> unescaped(std::string_view part) {
    std::string out;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] != '~') {
            out += part[i];
            continue;
        }
        const auto code = ++i < part.size() ? part[i] : '\0';
        if (code != '0' && code != '1') return std::nullopt;
        out += code == '0' ? '~' : '/';
    }
    return out;
}

// An index of an array: digits without a zero in front.
std::optional<std::size_t> index_of(const std::string& part) {
    const auto index = text::parse_number<std::size_t>(part);
    return index && std::to_string(*index) == part ? index : std::nullopt;
}

json::value* child_of(json::value& v, const std::string& part) {
    if (v.is_object()) return v.get_object().if_contains(part);
    if (!v.is_array()) return nullptr;
    const auto index = index_of(part);
    return index ? v.get_array().if_contains(*index) : nullptr;
}

json::value* walk(json::value& document, std::span<const std::string> parts) {
    auto* at = &document;
    for (const auto& part : parts) {
        at = child_of(*at, part);
        if (at == nullptr) return nullptr;
    }
    return at;
}

json::value* container_of(json::value& document, const json_pointer& at) {
    return walk(document, std::span(at).first(at.size() - 1));
}

bool add_to_array(json::array& list, const std::string& part, json::value v) {
    const auto index = part == "-" ? std::optional(list.size()) : index_of(part);
    if (!index || *index > list.size()) return false;
    list.insert(list.begin() + *index, std::move(v));
    return true;
}

}  // namespace

std::optional<json_pointer> parse_json_pointer(std::string_view text) {
    json_pointer parts;
    while (!text.empty()) {
        if (!text.starts_with('/')) return std::nullopt;
        text.remove_prefix(1);
        const auto part = text.substr(0, text.find('/'));
        auto plain = unescaped(part);
        if (!plain) return std::nullopt;
        parts.push_back(std::move(*plain));
        text.remove_prefix(part.size());
    }
    return parts;
}

json::value* find_at(json::value& document, const json_pointer& at) { return walk(document, at); }

bool add_at(json::value& document, const json_pointer& at, json::value v) {
    if (at.empty()) {
        document = std::move(v);
        return true;
    }
    auto* const in = container_of(document, at);
    if (in == nullptr) return false;
    if (in->is_array()) return add_to_array(in->get_array(), at.back(), std::move(v));
    if (!in->is_object()) return false;
    in->get_object().insert_or_assign(at.back(), std::move(v));
    return true;
}

bool remove_at(json::value& document, const json_pointer& at) {
    if (find_at(document, at) == nullptr) return false;
    if (at.empty()) {
        document = nullptr;
        return true;
    }
    auto* const in = container_of(document, at);
    if (in->is_object()) {
        in->get_object().erase(at.back());
    } else {
        in->get_array().erase(in->get_array().begin() + *index_of(at.back()));
    }
    return true;
}

}  // namespace tidings::todo_be
