#include "api/change_once.hpp"

#include <utility>

#include "api/todo_headers.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

result<std::optional<idempotency>> once_of(const http::request& r, const todo_json& json) {
    return once_of(r, [&json](std::span<const write_result> w) { return kept_text(w.front()->state, json); });
}

result<std::optional<idempotency>> once_of(const http::request& r,
                                           std::function<std::string(std::span<const write_result>)> answer) {
    auto key = read_idempotency_key(r);
    if (!key) return key.error();
    if (key->empty()) return std::optional<idempotency>();
    std::string request(http::to_string(r.method));
    request.append(" ").append(r.path).append("\n");
    request.append(is_json_patch(r) ? "json-patch\n" : "\n").append(r.body);
    return std::optional(
        idempotency{.key = std::move(*key), .request = std::move(request), .answer = std::move(answer)});
}

std::string kept_text(const todo& t, const todo_json& json) { return std::to_string(t.version) + '\n' + json.text(t); }

std::optional<kept_change> read_kept(std::string_view text) {
    const auto end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    const auto version = text::parse_number<std::int64_t>(text.substr(0, end));
    if (!version) return std::nullopt;
    return kept_change{*version, text.substr(end + 1)};
}

}  // namespace tidings::todo_be
