#include "api/answers.hpp"

#include <utility>

#include "api/change_once.hpp"
#include "api/list_cursor.hpp"
#include "api/todo_headers.hpp"

namespace tidings::todo_be {

namespace {

// Of those that are about a shared list.
std::optional<unsigned> status_of_list(errc e) {
    switch (e) {
        case errc::list_editor_needed:
        case errc::list_admin_needed:
            return 403;
        case errc::list_not_found:
        case errc::user_unknown:
        case errc::member_not_found:
            return 404;
        case errc::last_admin:
        case errc::members_too_many:
        case errc::lists_too_many:
        case errc::user_lists_too_many:
            return 409;
        case errc::list_version_mismatch:
        case errc::list_version_held:
            return 412;
        default:
            return std::nullopt;
    }
}

}  // namespace

unsigned status_of(errc e) {
    switch (e) {
        case errc::body_not_json:
        case errc::body_too_deep:
        case errc::query_invalid:
        case errc::idempotency_key_invalid:
        case errc::content_type_repeated:
        case errc::if_match_invalid:
        case errc::if_none_match_invalid:
        case errc::last_event_id_invalid:
            return 400;
        case errc::not_found:
        case errc::token_not_found:
            return 404;
        case errc::not_acceptable:
            return 406;
        case errc::patch_conflict:
        case errc::batch_refused:
        case errc::reorder_refused:
        case errc::tokens_too_many:
            return 409;
        case errc::events_gone:
            return 410;
        case errc::version_mismatch:
        case errc::version_held:
            return 412;
        case errc::media_type_unsupported:
        case errc::content_coding_refused:
            return 415;
        case errc::if_match_missing:
            return 428;
        default:
            return status_of_list(e).value_or(422);  // well-formed, but not what a to-do can be
    }
}

namespace {

// What clients may keep, they ask for again before each use; caches that others share keep nothing.
void forbid_sharing(http::content& r) { r.headers.emplace_back("Cache-Control", "private, no-cache"); }

http::content version_answer(unsigned status, std::string json, std::int64_t version) {
    auto answer = http::json_response(status, std::move(json));
    forbid_sharing(answer);
    answer.headers.emplace_back("ETag", etag_of(version));
    return answer;
}

// What to ask for next; nothing on the last page.
std::optional<listing> next_page(const todo_page& page, const listing& asked) {
    if (!page.more) return std::nullopt;
    auto next = asked;
    next.query.after = position_of(page.items.back(), asked.query.sort);
    return next;
}

// RFC 8288.
std::string link_to(const listing& l, const char* relation, const std::string& url) {
    return '<' + url + "?limit=" + canonical(l) + ">; rel=\"" + relation + '"';
}

}  // namespace

bool concerns_parent(errc e) {
    return e == errc::parent_unknown || e == errc::parent_is_self || e == errc::parent_is_subtask ||
           e == errc::has_subtasks || e == errc::subtasks_too_many;
}

std::string_view field_of(errc e) {
    if (concerns_parent(e)) return "/parent";
    return e == errc::recurrence_needs_due || e == errc::recurrence_of_subtask ? "/recurrence" : "";
}

std::string text_of(const violation& v) {
    std::string text = describe(v.why);
    return v.found.empty() ? text : text + " (" + v.found + ')';
}

http::content refusal(const boost::system::error_code& error, const violations& wrong) {
    const auto why = static_cast<errc>(error.value());
    if (const auto field = field_of(why); !field.empty())
        return refusal(errc::fields_invalid, {{std::string(field), why}});
    std::vector<http::field_error> errors;
    errors.reserve(wrong.size());
    std::string detail = describe(why);
    for (const auto& v : wrong) {
        if (v.field.empty()) {
            detail += ": " + text_of(v);
        } else {
            errors.push_back({v.field, text_of(v)});
        }
    }
    return http::problem(status_of(why), detail, errors);
}

http::content try_later() {
    return http::unavailable("the database is not available right now; try again in a moment");
}

http::content todo_answer(const todo& t, const todo_json& json) { return todo_answer(json.text(t), t.version); }

http::content todo_answer(std::string json, std::int64_t version) {
    return version_answer(200, std::move(json), version);
}

http::content created_answer(create_outcome made, const todo_json& json, user_id owner) {
    auto* const kept = std::get_if<first_answer>(&made);
    const auto* const written = std::get_if<written_todo>(&made);
    // A to-do is created in version 1.
    auto answer = version_answer(201, kept != nullptr ? std::move(kept->text) : json.text(written->state), 1);
    answer.headers.emplace_back("Location", json.url(kept != nullptr ? kept->todo_id : written->state.id, owner));
    if (kept != nullptr) answer.headers.emplace_back("Idempotent-Replayed", "true");
    return answer;
}

http::content kept_answer(std::string_view text) {
    const auto kept = read_kept(text);
    if (!kept) return refusal(errc::idempotency_key_reused);
    auto answer = version_answer(200, std::string(kept->json), kept->version);
    answer.headers.emplace_back("Idempotent-Replayed", "true");
    return answer;
}

http::content unkept_answer(std::string json, bool replayed) {
    auto answer = http::json_response(200, std::move(json));
    answer.headers.emplace_back("Cache-Control", "no-store");
    if (replayed) answer.headers.emplace_back("Idempotent-Replayed", "true");
    return answer;
}

http::content removed_answer(bool replayed) {
    auto answer = http::no_content();
    answer.headers.emplace_back("Cache-Control", "no-store");
    if (replayed) answer.headers.emplace_back("Idempotent-Replayed", "true");
    return answer;
}

http::content not_modified(std::int64_t version) {
    auto answer = http::no_content();
    answer.status = 304;
    forbid_sharing(answer);
    answer.headers.emplace_back("ETag", etag_of(version));
    return answer;
}

http::content page_answer(const todo_page& page, const listing& asked, std::optional<std::int64_t> total,
                          const todo_json& todos, user_id owner) {
    std::string json = "{\"items\":[";
    json.reserve(64 + page.items.size() * 420);
    for (const auto& t : page.items) {
        if (&t != page.items.data()) json += ',';
        todos.append(json, t, asked.shown);
    }
    json += "],\"next\":";
    const auto next = next_page(page, asked);
    if (next) {
        ((json += '"') += cursor_text(*next->query.after)) += '"';
    } else {
        json += "null";
    }
    if (total) (json += ",\"total\":") += std::to_string(*total);
    json += '}';
    auto answer = http::json_response(200, std::move(json));
    forbid_sharing(answer);
    if (next) answer.headers.emplace_back("Link", link_to(*next, "next", todos.list_url(owner)));
    return answer;
}

}  // namespace tidings::todo_be
