#include "api/lists/list_answers.hpp"

#include <array>

#include "api/answers.hpp"
#include "api/todo_headers.hpp"
#include "domain/list_event.hpp"
#include "http/server/response_head.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

http::content tagged(unsigned status, std::string json, std::int64_t version) {
    auto answer = http::json_response(status, std::move(json));
    answer.headers.emplace_back("Cache-Control", "private, no-cache");
    answer.headers.emplace_back("ETag", etag_of(version));
    return answer;
}

unsigned status_of(std::optional<list_deed> deed) {
    if (deed == list_deed::created || deed == list_deed::member_added) return 201;
    return deed == list_deed::deleted || deed == list_deed::member_removed ? 204 : 200;
}

bool is_of_member(const list_outcome& made) { return made.member.has_value(); }

}  // namespace

http::content list_answer(const joined_list& l) {
    std::string json;
    append_json(json, l.list, l.role);
    return tagged(200, std::move(json), l.list.version);
}

http::content lists_answer(const std::vector<joined_list>& all) {
    std::string json = "{\"items\":[";
    for (const auto& l : all) {
        if (&l != all.data()) json += ',';
        append_json(json, l.list, l.role);
    }
    return unkept_answer(json + "]}", false);
}

http::content members_answer(const std::vector<list_member>& all) {
    std::string json = "{\"items\":[";
    for (const auto& m : all) {
        if (&m != all.data()) json += ',';
        append_json(json, m);
    }
    return unkept_answer(json + "]}", false);
}

http::content profile_answer(const user_profile& u) {
    std::string json;
    append_json(json, u);
    return unkept_answer(std::move(json), false);
}

// Three lines; of a member there is no version.
std::string kept_act(const list_outcome& made) {
    std::string text = std::to_string(status_of(made.deed)) + '\n';
    text += is_of_member(made) ? "" : std::to_string(made.list.version);
    text += '\n';
    text += list_name(made.list.id);
    if (is_of_member(made)) text += "/members/" + made.member->user.id.str();
    text += '\n';
    if (is_of_member(made)) {
        append_json(text, *made.member);
    } else {
        append_json(text, made.list, made.role);
    }
    return text;
}

http::content act_answer(std::string_view kept, const std::string& base, bool replayed) {
    std::array<std::string_view, 3> lines;
    for (auto& line : lines) {
        const auto end = std::min(kept.find('\n'), kept.size());
        line = kept.substr(0, end);
        kept.remove_prefix(std::min(end + 1, kept.size()));
    }
    const auto status = text::parse_number<unsigned>(lines[0]).value_or(0);
    // The key came before with a to-do.
    if (status != 200 && status != 201 && status != 204) return refusal(errc::idempotency_key_reused);
    if (status == 204) return removed_answer(replayed);
    const auto version = text::parse_number<std::int64_t>(lines[1]);
    auto answer = version ? tagged(status, std::string(kept), *version) : unkept_answer(std::string(kept), false);
    answer.status = status;
    if (status == 201) answer.headers.emplace_back("Location", base + std::string(lines[2]));
    if (replayed) answer.headers.emplace_back("Idempotent-Replayed", "true");
    return answer;
}

}  // namespace tidings::todo_be
