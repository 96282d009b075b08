#include "api/access/token_body.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "api/json_document.hpp"
#include "domain/text.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 100;  // code points
constexpr std::size_t most_scopes = 20;
constexpr std::size_t most_reported = 20;
constexpr auto longest_life = std::chrono::hours(24 * 366);

void check_names(const json::object& members, violations& wrong) {
    for (const auto& member : members) {
        const std::string_view name = member.key();
        if (name != "name" && name != "scopes" && name != "expires_at" && wrong.size() < most_reported)
            wrong.push_back({text::json_pointer_to(name), errc::token_member_unknown});
    }
}

std::string read_name(const json::object& members, violations& wrong) {
    const auto* const given = members.if_contains("name");
    if (given != nullptr && !given->is_string()) {
        wrong.push_back({"/name", errc::not_text});
        return {};
    }
    const std::string_view text = given == nullptr ? std::string_view() : std::string_view(given->get_string());
    const auto name = clean_text(text, longest_name, errc::token_name_empty, errc::token_name_too_long);
    if (name) return std::string(*name);
    wrong.push_back({"/name", static_cast<errc>(name.error().value())});
    return {};
}

scope_set read_wanted_scopes(const json::object& members, scope_set held, violations& wrong) {
    scope_set wanted;
    const auto* const given = members.if_contains("scopes");
    const auto* const list = given == nullptr ? nullptr : given->if_array();
    if (list == nullptr || list->empty() || list->size() > most_scopes) {
        wrong.push_back({"/scopes", errc::scopes_invalid});
        return wanted;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& v = (*list)[i];
        const auto s = v.is_string() ? parse_scope(v.get_string()) : std::nullopt;
        if (!s || !held.has(*s))
            wrong.push_back({"/scopes/" + std::to_string(i), s ? errc::scope_not_held : errc::scope_unknown});
        if (s) wanted.add(*s);
    }
    return wanted;
}

ids::timestamp read_end(const json::object& members, const request_access& by, ids::timestamp now, violations& wrong) {
    const auto* const given = members.if_contains("expires_at");
    const auto end = given != nullptr && given->is_string() ? ids::parse_timestamp(given->get_string()) : std::nullopt;
    if (!end || *end <= now || *end > now + longest_life) {
        wrong.push_back({"/expires_at", errc::end_invalid});
        return now;
    }
    // Who comes from an identity provider has a short-lived token; one of ours may not make another that outlives it.
    if (!by.token.empty() && *end > by.until) wrong.push_back({"/expires_at", errc::end_beyond_own});
    return *end;
}

}  // namespace

result<token_terms> read_token_terms(std::string_view body, const request_access& by, ids::timestamp now,
                                     violations& wrong) {
    const auto document = read_document(body, {}, wrong);
    if (!document) return document.error();
    if (!document->is_object()) return errc::body_not_object;
    const auto& members = document->get_object();
    check_names(members, wrong);
    token_terms terms;
    terms.name = read_name(members, wrong);
    terms.scopes = read_wanted_scopes(members, scope_set(by.scopes), wrong);
    terms.expires_at = read_end(members, by, now, wrong);
    if (!wrong.empty()) return errc::token_invalid;
    return terms;
}

}  // namespace tidings::todo_be
