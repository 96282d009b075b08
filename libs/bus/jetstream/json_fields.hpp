// Reading fields that the server may leave out: absent (or of another kind) reads as empty, zero or false.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::bus {

template <class Number>
Number number_of(const boost::json::object& o, std::string_view key) {
    const auto* value = o.if_contains(key);
    boost::system::error_code failure;  // the server's number may be fractional or too large
    if (!value || !value->is_number()) return 0;
    const Number number = value->to_number<Number>(failure);
    return failure ? Number(0) : number;
}

inline std::string text_of(const boost::json::object& o, std::string_view key) {
    const auto* value = o.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

inline bool flag_of(const boost::json::object& o, std::string_view key) {
    const auto* value = o.if_contains(key);
    return value && value->is_bool() && value->get_bool();
}

inline std::vector<std::string> texts_of(const boost::json::object& o, std::string_view key) {
    std::vector<std::string> texts;
    const auto* value = o.if_contains(key);
    if (!value || !value->is_array()) return texts;
    for (const auto& text : value->get_array()) {
        if (text.is_string()) texts.emplace_back(text.get_string());
    }
    return texts;
}

// A nested object; an empty one when it is not there.
inline const boost::json::object& part(const boost::json::object& o, std::string_view key) {
    static const boost::json::object nothing;
    const auto* value = o.if_contains(key);
    return value && value->is_object() ? value->get_object() : nothing;
}

}  // namespace tidings::bus
