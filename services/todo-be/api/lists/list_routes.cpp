#include "api/lists/list_routes.hpp"

#include <utility>

#include "api/access/bearer_answers.hpp"
#include "api/answers.hpp"
#include "api/change_once.hpp"
#include "api/lists/list_answers.hpp"
#include "api/lists/list_body.hpp"
#include "api/todo_headers.hpp"
#include "domain/right_over.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* collection = "/api/lists";
constexpr const char* item = "/api/lists/{list}";
constexpr const char* members_path = "/api/lists/{list}/members";
constexpr const char* member = "/api/lists/{list}/members/{user}";
constexpr const char* accepted_changes = "application/merge-patch+json, application/json";

const char* name_of(list_deed d) {
    switch (d) {
        case list_deed::created:
            return "list created";
        case list_deed::renamed:
            return "list renamed";
        case list_deed::deleted:
            return "list deleted";
        case list_deed::member_added:
            return "list member added";
        case list_deed::member_changed:
            return "list member changed";
        case list_deed::member_removed:
            return "list member removed";
    }
    return "";
}

void audit(const http::request& r, const list_outcome& made) {
    log::info("audit", {{"act", name_of(*made.deed)},
                        {"by", r.context.principal},
                        {"user", r.context.access.user},
                        {"list", list_name(made.list.id)},
                        {"name", made.list.name},
                        {"member", made.member ? made.member->user.id.str() : std::string()},
                        {"role", made.member ? std::string(to_string(made.member->role)) : std::string()},
                        {"request_id", r.context.request_id}});
}

http::content no_json_patch() {
    auto answer = refusal(errc::media_type_unsupported);
    answer.headers.emplace_back("Accept-Patch", accepted_changes);
    return answer;
}

}  // namespace

void list_routes::add_to(http::router& router) {
    using http::method;
    struct row {
        http::method method;
        const char* path;
        action handler;
        scope needed;
        body_kind body;
    };
    const row rows[] = {
        {method::get, "/api/me", &list_routes::me, scope::todos_read, body_kind::none},
        {method::get, collection, &list_routes::list, scope::todos_read, body_kind::none},
        {method::post, collection, &list_routes::make, scope::lists, body_kind::json},
        {method::get, item, &list_routes::read, scope::todos_read, body_kind::none},
        {method::patch, item, &list_routes::rename, scope::lists, body_kind::patch},
        {method::delete_, item, &list_routes::remove, scope::lists, body_kind::none},
        {method::get, members_path, &list_routes::members, scope::todos_read, body_kind::none},
        {method::put, member, &list_routes::put, scope::lists, body_kind::json},
        {method::delete_, member, &list_routes::take_out, scope::lists, body_kind::none},
    };
    for (const auto& [m, path, handler, needed, body] : rows) {
        auto o = guarded(options_.entry, needed, body);
        refuse_without_users(options_.entry, o, no_lists);
        router.add(
            m, path, [this, a = handler](http::request& r) { return when_available(answered((this->*a)(r)), r); },
            std::move(o));
    }
}

runtime::task<http::response> list_routes::answered(runtime::task<http::response> answer) {
    try {
        co_return co_await std::move(answer);
    } catch (const right_over&) {
        co_return token_invalid("it has expired, or was revoked, meanwhile");
    }
}

runtime::task<http::response> list_routes::me(http::request& r) {
    co_return profile_answer(co_await lists_->person_of(asker_of(r.context)));
}

runtime::task<http::response> list_routes::list(http::request& r) {
    co_return lists_answer(co_await lists_->lists_of(asker_of(r.context)));
}

runtime::task<http::response> list_routes::make(http::request& r) {
    auto once = once_of(r);
    if (!once) co_return refusal(once.error());
    violations wrong;
    auto name = read_list_name(r.body, true, wrong);
    if (!name) co_return refusal(name.error(), wrong);
    co_return answer(r, co_await lists_->make(std::move(*name), std::move(*once), r.context));
}

runtime::task<http::response> list_routes::read(http::request& r) {
    const auto id = parse_list(r.param("list"));
    if (!id) co_return refusal(errc::list_not_found);
    const auto expected = read_precondition(r);
    if (!expected) co_return refusal(expected.error());
    const auto found = co_await lists_->list_of(asker_of(r.context), *id);
    if (!found) co_return refusal(found.error());
    if (!allows(expected->match, found->list.version)) co_return refusal(errc::list_version_mismatch);
    if (!allows(*expected, found->list.version)) co_return not_modified(found->list.version);
    co_return list_answer(*found);
}

runtime::task<http::response> list_routes::rename(http::request& r) {
    if (is_json_patch(r)) co_return no_json_patch();
    auto expected = condition_of(r);
    if (!expected) co_return refusal(expected.error());
    violations wrong;
    auto name = read_list_name(r.body, false, wrong);
    if (!name) co_return refusal(name.error(), wrong);
    co_return co_await act(r, rename_list{std::move(*name)}, std::nullopt, std::move(*expected));
}

runtime::task<http::response> list_routes::remove(http::request& r) {
    auto expected = condition_of(r);
    if (!expected) co_return refusal(expected.error());
    co_return co_await act(r, delete_list{}, std::nullopt, std::move(*expected));
}

runtime::task<http::response> list_routes::members(http::request& r) {
    const auto id = parse_list(r.param("list"));
    if (!id) co_return refusal(errc::list_not_found);
    const auto found = co_await lists_->members_of(asker_of(r.context), *id);
    if (!found) co_return refusal(found.error());
    co_return members_answer(*found);
}

runtime::task<http::response> list_routes::put(http::request& r) {
    violations wrong;
    const auto role = read_member_role(r.body, wrong);
    if (!role) co_return refusal(role.error(), wrong);
    co_return co_await act(r, put_member{*role}, ids::uuid::parse(r.param("user")), {});
}

runtime::task<http::response> list_routes::take_out(http::request& r) {
    co_return co_await act(r, remove_member{}, ids::uuid::parse(r.param("user")), {});
}

result<precondition> list_routes::condition_of(const http::request& r) const {
    if (options_.require_if_match && !r.joined("if-match")) return errc::if_match_missing;
    return read_precondition(r);
}

result<std::optional<act_once>> list_routes::once_of(const http::request& r) const {
    auto once = todo_be::once_of(r, std::function<std::string(std::span<const write_result>)>());
    if (!once) return once.error();
    if (!*once) return std::optional<act_once>();
    return std::optional(act_once{std::move((*once)->key), std::move((*once)->request), kept_act});
}

runtime::task<http::response> list_routes::act(http::request& r, list_act wanted, std::optional<ids::uuid> target,
                                               precondition expected) {
    const auto id = parse_list(r.param("list"));
    if (!id) co_return refusal(errc::list_not_found);
    auto once = once_of(r);
    if (!once) co_return refusal(once.error());
    co_return answer(
        r, co_await lists_->act(*id, std::move(wanted), target, std::move(expected), std::move(*once), r.context));
}

http::response list_routes::answer(const http::request& r, result<act_result> made) {
    if (!made) return refusal(made.error());
    if (const auto* first = std::get_if<answered_act>(&*made)) return act_answer(first->text, options_.base, true);
    const auto& done = std::get<list_outcome>(*made);
    if (done.deed) {
        options_.on_changed(done.list.id);
        audit(r, done);
    }
    return act_answer(kept_act(done), options_.base, false);
}

}  // namespace tidings::todo_be
