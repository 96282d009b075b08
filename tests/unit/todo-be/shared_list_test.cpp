// Shared lists: which role may do what, what becomes of a list, and what is told of it.
#include "domain/shared_list.hpp"

#include <algorithm>
#include <set>

#include "api/lists/list_answers.hpp"
#include "api/lists/list_body.hpp"
#include "domain/account_store.hpp"
#include "domain/list_event.hpp"
#include "store/write/first_answers.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

constexpr auto reader = list_role::reader, editor = list_role::editor, admin = list_role::admin;
const std::optional<list_role> nobody;

// With `admins`, of whom the asker may be one, about somebody else with the role `target`.
list_state seen(list_role asker, std::optional<list_role> target, std::size_t admins = 2) {
    list_state s{.list = {.id = {list_base + 1}, .name = "home", .version = 3, .members = 4}, .asker = asker};
    s.admins = admins;
    s.target = user_profile{ids::uuid::v7(), "Bob"};
    s.target_role = target;
    return s;
}

list_state of_oneself(list_role role, std::size_t admins) {
    auto s = seen(role, role, admins);
    s.target_asks = true;
    return s;
}

// The deed, "-" for none, or what is wrong.
std::string told(const list_act& act, const list_state& s, const precondition& expected = {}) {
    const auto decided = decide(act, s, expected);
    if (!decided) return decided.error().message();
    return *decided ? std::string(type_of(**decided)).substr(11) : "-";
}

const std::string needs_admin = describe(errc::list_admin_needed), last = describe(errc::last_admin);

}  // namespace

TEST_CASE("only an admin renames and deletes a list, and says who is a member") {
    const list_act acts[] = {rename_list{"work"}, delete_list{}, put_member{editor}, remove_member{}};
    const char* const done[] = {"list.changed.v1", "list.deleted.v1", "list.member.changed.v1",
                                "list.member.removed.v1"};
    for (std::size_t i = 0; i < std::size(acts); ++i) {
        CHECK(told(acts[i], seen(reader, reader)) == needs_admin);
        CHECK(told(acts[i], seen(editor, reader)) == needs_admin);
        CHECK(told(acts[i], seen(admin, reader)) == done[i]);
    }
    CHECK(told(put_member{reader}, seen(admin, nobody)) == "list.member.added.v1");
    CHECK(told(put_member{reader}, seen(editor, nobody)) == needs_admin);
}

TEST_CASE("everybody may leave a list but its last admin, who cannot be demoted or removed either") {
    CHECK(told(remove_member{}, of_oneself(reader, 1)) == "list.member.removed.v1");
    CHECK(told(remove_member{}, of_oneself(editor, 1)) == "list.member.removed.v1");
    CHECK(told(remove_member{}, of_oneself(admin, 2)) == "list.member.removed.v1");
    CHECK(told(remove_member{}, of_oneself(admin, 1)) == last);
    CHECK(told(put_member{reader}, of_oneself(admin, 1)) == last);
    CHECK(told(put_member{reader}, of_oneself(admin, 2)) == "list.member.changed.v1");
    CHECK(told(put_member{admin}, of_oneself(admin, 1)) == "-");
    CHECK(told(put_member{admin}, of_oneself(reader, 1)) == needs_admin);
    CHECK(told(put_member{editor}, seen(admin, reader, 1)) == "list.member.changed.v1");
}

TEST_CASE("what is so already is no act, and what is not there cannot be changed") {
    CHECK(told(rename_list{"home"}, seen(admin, reader)) == "-");
    CHECK(told(rename_list{""}, seen(admin, reader)) == "-");
    CHECK(told(put_member{editor}, seen(admin, editor)) == "-");
    CHECK(told(remove_member{}, seen(admin, nobody)) == describe(errc::member_not_found));
    auto unknown = seen(admin, nobody);
    unknown.target.reset();
    CHECK(told(put_member{editor}, unknown) == describe(errc::user_unknown));
    CHECK(told(remove_member{}, unknown) == describe(errc::member_not_found));
    unknown.asker = reader;
    CHECK(told(put_member{editor}, unknown) == needs_admin);
}

TEST_CASE("a list has a bounded number of members, and a user a bounded number of lists") {
    auto full = seen(admin, nobody);
    full.list.members = most_members;
    CHECK(told(put_member{reader}, full) == describe(errc::members_too_many));
    full.target_role = editor;
    CHECK(told(put_member{reader}, full) == "list.member.changed.v1");
    auto busy = seen(admin, nobody);
    busy.target_lists = most_lists_joined;
    CHECK(told(put_member{reader}, busy) == describe(errc::user_lists_too_many));
}

TEST_CASE("the preconditions are about the list's version, and a member without the right learns nothing of it") {
    const precondition other{.match = {{2}}, .none = {}}, same{.match = {{3}}, .none = {}};
    const precondition held{.match = {}, .none = {{{3}}}};
    CHECK(told(rename_list{"work"}, seen(admin, reader), other) == describe(errc::list_version_mismatch));
    CHECK(told(rename_list{"home"}, seen(admin, reader), other) == describe(errc::list_version_mismatch));
    CHECK(told(delete_list{}, seen(admin, reader), held) == describe(errc::list_version_held));
    CHECK(told(delete_list{}, seen(admin, reader), same) == "list.deleted.v1");
    CHECK(told(delete_list{}, seen(reader, reader), other) == needs_admin);
}

TEST_CASE("lists and users have numbers of their own") {
    CHECK(parse_list("1") == user_id{list_base + 1});
    CHECK(list_name({list_base + 1}) == "1");
    for (const auto* wrong : {"", "0", "-1", "01", "+1", " 1", "1 ", "1073741824", "9999999999", "one", "1.0"})
        CHECK_FALSE(parse_list(wrong));
    CHECK(is_list(*parse_list("1073741823")));
    CHECK_FALSE(is_list({list_base}));
    request_context own, shared;
    shared.access.list = list_base + 4;
    CHECK(owner_of(own) == default_user);
    CHECK(owner_of(shared) == user_id{list_base + 4});
    CHECK(asker_of(shared) == default_user);
}

TEST_CASE("the same Idempotency-Key is another one for each user, and of each list") {
    std::set<std::string> keys;
    for (const auto user : {1, 2, 12})
        for (const auto list : {0, list_base + 1, list_base + 12}) {
            request_context c;
            c.access.user = user;
            c.access.list = list;
            keys.insert(key_of(c, "a"));
        }
    CHECK(keys.size() == 9);
    CHECK(keys.contains("a"));
}

TEST_CASE("an event of a list tells what was done, by whom and to whom") {
    const shared_list l{.id = {list_base + 7}, .name = "a \"home\"", .version = 4, .created_at = {}, .updated_at = {}};
    const user_profile ann{ids::uuid::v7(), "Ann"}, bob{ids::uuid::v7(), "Bob"};
    const auto e = make_event(list_deed::member_added, l, list_member{bob, editor, {}}, ann, {});
    CHECK(e.type == "io.tidings.list.member.added.v1");
    CHECK(e.owner == l.id);
    CHECK(e.payload.find(R"("source":"/lists")") != std::string::npos);
    CHECK(e.payload.find(R"("subject":"7","time":)") != std::string::npos);
    CHECK(e.payload.find(R"("name":"a \"home\"")") != std::string::npos);
    CHECK(e.payload.find(R"("by":{"id":")" + ann.id.str()) != std::string::npos);
    CHECK(e.payload.find(R"("member":{"user":{"id":")" + bob.id.str()) != std::string::npos);
    CHECK(make_event(list_deed::renamed, l, std::nullopt, ann, {}).todo_id == e.todo_id);
}

TEST_CASE("what is kept of an act is its answer, and of a to-do it is none") {
    const shared_list l{.id = {list_base + 7}, .name = "home", .version = 4, .created_at = {}, .updated_at = {}};
    const auto kept = kept_act({.list = l, .deed = list_deed::created, .role = admin});
    const auto answer = act_answer(kept, "/api/lists/", true);
    CHECK(answer.status == 201);
    const auto has = [&](const char* name, const char* value) {
        return std::find(answer.headers.begin(), answer.headers.end(),
                         std::pair<std::string, std::string>(name, value)) != answer.headers.end();
    };
    CHECK(has("Location", "/api/lists/7"));
    CHECK(has("ETag", "\"4\""));
    CHECK(has("Idempotent-Replayed", "true"));
    CHECK(act_answer(kept_act({.list = l, .deed = list_deed::deleted, .role = admin}), "", false).status == 204);
    CHECK(act_answer("{\"id\":1}", "", true).status == 422);
}

TEST_CASE("a list needs a name, and a member a role") {
    const auto why = [](auto read) {
        violations wrong;
        const auto got = read(wrong);
        if (got) return std::string("ok");
        return wrong.empty() ? got.error().message() : wrong.front().field + ' ' + describe(wrong.front().why);
    };
    const auto name = [&](std::string_view body) {
        return why([&](violations& w) { return read_list_name(body, true, w); });
    };
    const auto role = [&](std::string_view body) {
        return why([&](violations& w) { return read_member_role(body, w); });
    };
    CHECK(name(R"({"name":" home "})") == "ok");
    CHECK(name("{}") == std::string("/name ") + describe(errc::list_name_empty));
    CHECK(name(R"({"name":7})") == std::string("/name ") + describe(errc::not_text));
    CHECK(name(R"({"name":"a","x":1})") == std::string("/x ") + describe(errc::list_member_unknown));
    CHECK(name(R"({"name":")" + std::string(101, 'x') + "\"}") ==
          std::string("/name ") + describe(errc::list_name_too_long));
    CHECK(name("[]") == describe(errc::body_not_object));
    CHECK(role(R"({"role":"admin"})") == "ok");
    for (const auto* wrong : {"{}", R"({"role":"owner"})", R"({"role":1})", R"({"role":"Admin"})"})
        CHECK(role(wrong) == std::string("/role ") + describe(errc::role_invalid));
}

TEST_CASE("a right is held with its token and a role that is not below the one that is needed") {
    const auto t = ids::uuid::v7();
    const membership reads{{7}, {list_base + 1}, reader}, edits{{7}, {list_base + 1}, editor};
    const held_rights held{{t}, {reads}};
    CHECK(held.has(t, std::nullopt));
    CHECK(held.has(std::nullopt, reads));
    CHECK_FALSE(held.has(std::nullopt, edits));
    CHECK_FALSE(held.has(ids::uuid::v7(), reads));
    CHECK_FALSE(held.has(t, membership{{8}, {list_base + 1}, reader}));
    CHECK_FALSE(held.has(t, membership{{7}, {list_base + 2}, reader}));
    CHECK(held_rights{{}, {edits}}.has(std::nullopt, reads));
}
