#include "http/message/etag.hpp"

#include <algorithm>

#include "http/message/field_text.hpp"

namespace tidings::http {

namespace {

// Spaces are allowed, as in RFC 2616: such a tag is not from this server, and matches nothing.
bool is_tag_character(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != '"' && byte != 0x7F;
}

// Takes one tag off the front.
std::optional<entity_tag> take_tag(std::string_view& text) {
    entity_tag tag;
    tag.weak = text.starts_with("W/");
    if (tag.weak) text.remove_prefix(2);
    if (!text.starts_with('"')) return std::nullopt;
    const auto end = text.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    tag.opaque = text.substr(1, end - 1);
    if (!std::all_of(tag.opaque.begin(), tag.opaque.end(), is_tag_character)) return std::nullopt;
    text.remove_prefix(end + 1);
    return tag;
}

}  // namespace

std::optional<entity_tags> parse_entity_tags(std::string_view list) {
    entity_tags found;
    skip_space(list);
    if (list.starts_with('*')) {
        found.any = true;
        list.remove_prefix(1);
        skip_space(list);
        return list.empty() ? std::optional(found) : std::nullopt;
    }
    while (!list.empty()) {
        if (!list.starts_with(',')) {
            const auto tag = take_tag(list);
            if (!tag) return std::nullopt;
            found.tags.push_back(*tag);
            skip_space(list);
            if (!list.empty() && !list.starts_with(',')) return std::nullopt;
        }
        if (!list.empty()) list.remove_prefix(1);
        skip_space(list);
    }
    return found.tags.empty() ? std::nullopt : std::optional(found);
}

bool names_tag(std::string_view list, std::string_view opaque) {
    const auto named = parse_entity_tags(list);
    return named && (named->any || std::ranges::any_of(named->tags, [&](const entity_tag& t) {
                         return without_coding(t.opaque) == opaque;
                     }));
}

std::string etag_in(coding c, std::string_view etag) {
    if (c == coding::identity || !etag.starts_with('"') || !etag.ends_with('"')) return std::string(etag);
    std::string coded(etag.substr(0, etag.size() - 1));
    return coded.append("-").append(to_string(c)).append("\"");
}

std::string_view without_coding(std::string_view opaque) {
    for (const auto* suffix : {"-gzip", "-zstd"})
        if (opaque.ends_with(suffix)) return opaque.substr(0, opaque.size() - 5);
    return opaque;
}

}  // namespace tidings::http
