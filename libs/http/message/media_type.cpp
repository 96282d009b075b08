#include "http/message/media_type.hpp"

#include <optional>
#include <string>

#include "http/message/field_text.hpp"
#include "text/ascii.hpp"

namespace tidings::http {

namespace {

// Removes "name=value" from the front. False when it is not a parameter, or a charset other than UTF-8.
bool take_parameter(std::string_view& text) {
    const auto name = take_token(text);
    if (name.empty() || !text.starts_with('=')) return false;
    text.remove_prefix(1);
    const auto value = text.starts_with('"') ? take_quoted(text) : std::optional(std::string(take_token(text)));
    if (!value) return false;
    return !text::iequals(name, "charset") || text::iequals(*value, "utf-8") || text::iequals(*value, "utf8");
}

}  // namespace

bool media_type_is(std::string_view content_type, std::string_view type) {
    auto rest = content_type;
    skip_space(rest);
    const auto begin = rest;
    take_token(rest);
    if (!rest.starts_with('/')) return false;
    rest.remove_prefix(1);
    take_token(rest);
    if (!text::iequals(begin.substr(0, begin.size() - rest.size()), type)) return false;
    for (skip_space(rest); !rest.empty(); skip_space(rest)) {
        if (!rest.starts_with(';')) return false;
        rest.remove_prefix(1);
        skip_space(rest);
        if (!rest.empty() && !rest.starts_with(';') && !take_parameter(rest)) return false;
    }
    return true;
}

bool media_type_fits(std::string_view content_type, bool patch) {
    return media_type_is(content_type, "application/json") ||
           (patch && media_type_is(content_type, "application/merge-patch+json"));
}

bool content_coding_fits(std::string_view content_encoding) {
    for (auto rest = content_encoding; !rest.empty();) {
        skip_space(rest);
        if (const auto coding = take_token(rest); !coding.empty() && !text::iequals(coding, "identity")) return false;
        skip_space(rest);
        if (!rest.empty() && !rest.starts_with(',')) return false;
        if (!rest.empty()) rest.remove_prefix(1);
    }
    return true;
}

}  // namespace tidings::http
