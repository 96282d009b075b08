#include "api/endpoint_request.hpp"

#include <algorithm>
#include <utility>

#include "http/message/etag.hpp"
#include "http/message/media_type.hpp"
#include "http/message/problem.hpp"

namespace tidings::broadcaster {

namespace {

// The entity tags of all lines of a header, or "*".
struct named_revisions {
    bool any = false;
    std::vector<std::string> strong, all;

    bool match(std::optional<std::uint64_t> revision, bool weakly) const {
        if (!revision) return false;
        const auto& tags = weakly ? all : strong;
        return any || std::find(tags.begin(), tags.end(), std::to_string(*revision)) != tags.end();
    }
};

// False when the header is malformed.
bool read_tags(const http::request& r, std::string_view header, std::optional<named_revisions>& out) {
    std::string joined;
    const auto lines = r.headers_named(header);
    for (const auto line : lines)
        joined.append(joined.empty() ? "" : ", ").append(line);
    if (lines.empty()) return true;
    const auto tags = http::parse_entity_tags(joined);
    if (!tags) return false;
    out.emplace();
    out->any = tags->any;
    for (const auto& tag : tags->tags) {
        out->all.emplace_back(tag.opaque);
        if (!tag.weak) out->strong.emplace_back(tag.opaque);
    }
    return true;
}

http::content refuse_type(bool patch) {
    auto answer = http::problem(415, "The body must be JSON in UTF-8, without a content coding.");
    answer.headers.emplace_back(patch ? "Accept-Patch" : "Accept-Post",
                                patch ? "application/merge-patch+json, application/json" : "application/json");
    return answer;
}

}  // namespace

http::guard require_json(bool patch) {
    return [patch](http::request& r) -> std::optional<http::response> {
        const bool fits = r.headers_named("content-type").size() <= 1 &&
                          http::media_type_fits(r.header("content-type"), patch) &&
                          http::content_coding_fits(r.header("content-encoding"));
        if (fits) return std::nullopt;
        return refuse_type(patch);
    };
}

std::string etag_of(std::uint64_t revision) { return '"' + std::to_string(revision) + '"'; }

std::optional<precondition> read_precondition(const http::request& r) {
    std::optional<named_revisions> match, none;
    if (!read_tags(r, "if-match", match) || !read_tags(r, "if-none-match", none)) return std::nullopt;
    return [match = std::move(match), none = std::move(none)](std::optional<std::uint64_t> revision) {
        return (!match || match->match(revision, false)) && (!none || !none->match(revision, true));
    };
}

}  // namespace tidings::broadcaster
