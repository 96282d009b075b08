// Entity tags as they come in If-Match and If-None-Match (RFC 9110, 8.8.3 and 13.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message/coding.hpp"

namespace tidings::http {

struct entity_tag {
    std::string_view opaque;  // between the quotes: any characters, commas and asterisks too
    bool weak = false;
    bool operator==(const entity_tag&) const = default;
};

// "*" (any, then no tags), or at least one tag.
struct entity_tags {
    bool any = false;
    std::vector<entity_tag> tags;
    bool operator==(const entity_tags&) const = default;
};

// Nothing when it is neither. Empty elements of the list are skipped (5.6.1.2). The tags are views of `list`.
std::optional<entity_tags> parse_entity_tags(std::string_view list);

// Whether `list` names the tag, in whatever coding and however weak (RFC 9110, 13.1.2), or is "*".
bool names_tag(std::string_view list, std::string_view opaque);

// Each coding of a content is a representation of its own, which a strong tag must tell from the others (8.8.3.3):
// "7" is "7-gzip" in gzip. A weak tag stays as it is. `etag` with its quotes.
std::string etag_in(coding c, std::string_view etag);
// The tag of the content in no coding: 7 of 7-gzip. Without quotes.
std::string_view without_coding(std::string_view opaque);

}  // namespace tidings::http
