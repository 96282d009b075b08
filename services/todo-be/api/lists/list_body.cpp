#include "api/lists/list_body.hpp"

#include "api/json_document.hpp"
#include "domain/text.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 100;  // code points
constexpr std::size_t most_reported = 20;

// An object that may have the one member `known`.
result<json::object> read_members(std::string_view body, std::string_view known, violations& wrong) {
    auto document = read_document(body, {}, wrong);
    if (!document) return document.error();
    if (!document->is_object()) return errc::body_not_object;
    for (const auto& member : document->get_object()) {
        const std::string_view name = member.key();
        if (name != known && wrong.size() < most_reported)
            wrong.push_back({text::json_pointer_to(name), errc::list_member_unknown});
    }
    return std::move(document->get_object());
}

}  // namespace

result<std::string> read_list_name(std::string_view body, bool required, violations& wrong) {
    const auto members = read_members(body, "name", wrong);
    if (!members) return members.error();
    const auto* const given = members->if_contains("name");
    std::string name;
    if (given != nullptr && !given->is_string()) {
        wrong.push_back({"/name", errc::not_text});
    } else if (given != nullptr || required) {
        const std::string_view text = given == nullptr ? std::string_view() : std::string_view(given->get_string());
        const auto cleaned = clean_text(text, longest_name, errc::list_name_empty, errc::list_name_too_long);
        if (cleaned) name = *cleaned;
        if (!cleaned) wrong.push_back({"/name", static_cast<errc>(cleaned.error().value())});
    }
    if (!wrong.empty()) return errc::list_invalid;
    return name;
}

result<list_role> read_member_role(std::string_view body, violations& wrong) {
    const auto members = read_members(body, "role", wrong);
    if (!members) return members.error();
    const auto* const given = members->if_contains("role");
    const auto role = given != nullptr && given->is_string() ? parse_role(given->get_string()) : std::nullopt;
    if (!role) wrong.push_back({"/role", errc::role_invalid});
    if (!wrong.empty()) return errc::list_invalid;
    return *role;
}

}  // namespace tidings::todo_be
