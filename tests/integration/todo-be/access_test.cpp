// Every operation that openapi.yaml documents, with each kind of token that must not do it. An operation without a rule
// here fails: whoever adds one says who may use it.
#include <map>
#include <optional>
#include <set>

#include "people.hpp"
#include "support/catch.hpp"
#include "support/openapi/document.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

struct rule {
    const char* needed;     // the scope
    std::string body = {};  // {id}: of somebody else's to-do
    const char* type = "application/json";
    int by_others = 200;  // what somebody else is answered, all rights given
    std::string query = {};
};

const std::map<std::string, rule> rules{
    {"GET /api/todos", {"todos:read"}},
    {"POST /api/todos", {"todos:write", R"({"title":"x","parent":"{id}"})", "application/json", 422}},
    {"GET /api/todos/{id}", {"todos:read", {}, "", 404}},
    {"PUT /api/todos/{id}", {"todos:write", R"({"title":"x"})", "application/json", 404}},
    {"PATCH /api/todos/{id}", {"todos:write", R"({"title":"x"})", "application/json", 404}},
    {"DELETE /api/todos/{id}", {"todos:write", {}, "", 404}},
    {"POST /api/todos/{id}:restore", {"todos:write", {}, "", 404}},
    {"POST /api/todos:batch",
     {"todos:write", R"({"operations":[{"op":"delete","id":"{id}"}]})", "application/json", 409}},
    {"POST /api/todos:clear-done", {"todos:write"}},
    {"POST /api/todos:reorder", {"todos:write", R"({"ids":["{id}"],"after":null})", "application/json", 409}},
    {"GET /api/todos:export", {"todos:read"}},
    {"POST /api/todos:import", {"todos:write", "title,parent\nx,{id}\n", "text/csv"}},
    {"GET /api/events", {"todos:read", {}, "", 200, "?after=0"}},
    {"GET /api/ws", {"todos:read", {}, "", 426, "?after=0"}},
    {"GET /api/tokens", {"tokens"}},
    {"POST /api/tokens", {"tokens", "{}", "application/json", 422}},
    {"GET /api/tokens/{id}", {"tokens", {}, "", 404}},
    {"DELETE /api/tokens/{id}", {"tokens", {}, "", 404}},
    {"GET /api/me", {"todos:read"}},
    {"GET /api/lists", {"todos:read"}},
    {"POST /api/lists", {"lists", R"({"name":"x"})", "application/json", 201}},
    {"GET /api/lists/{list}", {"todos:read"}},
    {"PATCH /api/lists/{list}", {"lists", R"({"name":"x"})"}},
    {"DELETE /api/lists/{list}", {"lists"}},
    {"GET /api/lists/{list}/members", {"todos:read"}},
    {"PUT /api/lists/{list}/members/{user}", {"lists", R"({"role":"reader"})"}},
    {"DELETE /api/lists/{list}/members/{user}", {"lists"}},
};
// Of a shared list's to-dos as of one's own. Whoever is not a member is told that there is no list.
const std::string below_list = "/api/lists/{list}";
std::optional<rule> rule_of(const openapi::operation& o) {
    auto found = rules.find(o.name());
    if (found == rules.end() && o.path.starts_with(below_list))
        found = rules.find(o.method + " /api" + o.path.substr(below_list.size()));
    if (found == rules.end()) return std::nullopt;
    auto r = found->second;
    if (o.path.starts_with(below_list)) r.by_others = 404;
    return r;
}
// By a link, which has tests of its own (identity_test); and what is about nobody's to-dos.
const std::set<std::string> others{"GET /api/todos.ics",    "GET /api/lists/{list}/todos.ics",
                                   "GET /api/openapi.json", "GET /api/asyncapi.json",
                                   "GET /api/docs",         "GET /api/docs.css"};

// What stands for the names in a path or body.
using named = std::map<std::string, std::string>;

std::string filled(std::string text, const named& names) {
    for (const auto& [name, value] : names)
        for (auto at = text.find(name); at != text.npos; at = text.find(name))
            text.replace(at, name.size(), value);
    return text;
}

support::http_answer send(const backend& be, const openapi::operation& o, const rule& r, const named& id, headers h) {
    if (!r.body.empty()) h.emplace_back("Content-Type", r.type);
    return be.call(o.method, filled(o.path, id) + r.query, filled(r.body, id), std::move(h));
}

const std::string mark = "a title that nobody else may see";

struct scene {
    servers world;
    backend be = world.start(with_users());
    person ann{world, "ann"}, bob{world, "bob"};
    std::string hers = ann.create(be, R"("done":true,"title":")" + mark + '"');
    std::string her_token =
        support::query(world.postgres.url(), "select id from access_tokens where owner = " + ann.user).at(0).at(0);

    std::string list = ann.share(be);
    std::string in_list = id_of(ann.call(be, "POST", list + "/todos", R"({"title":")" + mark + "\"}"));

    named id_for(const openapi::operation& o) const {
        const bool of_list = o.path.starts_with(below_list);
        return {{"{id}", o.path.starts_with("/api/tokens") ? her_token
                         : of_list                         ? in_list
                                                           : hers},
                {"{list}", list.substr(std::string("/api/lists/").size())},
                {"{user}", ann.public_id()}};
    }
    // `check` gets each operation that has a rule, and the rule.
    template <class Check>
    void for_each(Check check) {
        for (const auto& o : openapi::operations_of("todo-be")) {
            if (!o.path.starts_with("/api/") || others.contains(o.name())) continue;
            INFO(o.name());
            const auto r = rule_of(o);
            REQUIRE(r);
            check(o, *r);
        }
        CHECK(json_of(ann.call(be, "GET", "/api/todos/" + hers)).at("version").as_int64() == 1);
        CHECK(ann.call(be, "GET", "/api/tokens/" + her_token).status == 200);
        CHECK(json_of(ann.call(be, "GET", list)).at("version").as_int64() == 1);
        CHECK(json_of(ann.call(be, "GET", list + "/todos/" + in_list)).at("version").as_int64() == 1);
    }
};

bool is_refused(const support::http_answer& a, const std::string& challenge) {
    return is_problem(a, 401) && a.header("www-authenticate").starts_with(challenge);
}

}  // namespace

TEST_CASE("no operation is done for whoever has no token, or one that is not accepted") {
    scene s;
    auto mistyped = s.ann.token;
    mistyped.back() = mistyped.back() == 'x' ? 'y' : 'x';
    const std::string strange[] = {
        todo_be::new_token_text(),
        s.ann.new_token("todos:read todos:write tokens lists", "now() - interval '1 second'"),
        mistyped,
        s.ann.token + "A",
        s.ann.token.substr(0, 20),
        "tdp_",
        "guess",
        std::string(5'000, 'a'),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ."};
    s.for_each([&](const openapi::operation& o, const rule& r) {
        const auto bare = send(s.be, o, r, s.id_for(o), {});
        CHECK(is_problem(bare, 401));
        CHECK(bare.header("www-authenticate") == "Bearer realm=\"tidings\"");
        for (const auto& token : strange) {
            INFO(token);
            CHECK(is_refused(send(s.be, o, r, s.id_for(o), bearer(token)),
                             "Bearer realm=\"tidings\", error=\"invalid_token\", error_description=\""));
        }
        for (const auto* field : {"Basic YW5uOmFubg==", "Bearer", "Bearer a b", "bearer \"x\""})
            CHECK(is_problem(send(s.be, o, r, s.id_for(o), {{"Authorization", field}}), 401));
        CHECK(is_problem(send(s.be, o, r, s.id_for(o), bearer(s.ann.token, {{"Authorization", "Bearer guess"}})), 401));
    });
}

TEST_CASE("no operation is done for a token without its scope") {
    scene s;
    std::map<std::string, std::string> without;
    for (const std::string needed : {"todos:read", "todos:write", "tokens", "lists"}) {
        std::string rest = "calendar";
        for (const std::string other : {"todos:read", "todos:write", "tokens", "lists"})
            if (other != needed) rest += ' ' + other;
        without[needed] = s.ann.new_token(rest);
    }
    s.for_each([&](const openapi::operation& o, const rule& r) {
        const auto answer = send(s.be, o, r, s.id_for(o), bearer(without.at(r.needed)));
        CHECK(is_problem(answer, 403));
        CHECK(answer.header("www-authenticate") ==
              "Bearer realm=\"tidings\", error=\"insufficient_scope\", scope=\"" + std::string(r.needed) + '"');
    });
}

TEST_CASE("no operation shows or changes what is somebody else's") {
    scene s;
    s.for_each([&](const openapi::operation& o, const rule& r) {
        const auto answer = send(s.be, o, r, s.id_for(o), bearer(s.bob.token));
        INFO(answer.body);
        CHECK(answer.status == r.by_others);
        CHECK(answer.body.find(mark) == std::string::npos);
        if (answer.status < 300) CHECK(answer.body.find(s.id_for(o).at("{id}")) == std::string::npos);
    });
}

TEST_CASE("a member of a list does what the role allows, and no more") {
    scene s;
    const person eve(s.world, "eve");
    for (const auto& o : openapi::operations_of("todo-be")) {
        if (!o.path.starts_with(below_list) || others.contains(o.name())) continue;
        INFO(o.name());
        const auto r = rule_of(o).value();
        const auto list = s.ann.share(s.be, {{&s.bob, "reader"}, {&eve, "editor"}});
        auto names = s.id_for(o);
        names["{list}"] = list.substr(std::string("/api/lists/").size());
        const auto is_allowed = [&](const person& p) {
            names["{id}"] = id_of(s.ann.call(s.be, "POST", list + "/todos", R"({"title":"x"})"));
            const auto answer = send(s.be, o, r, names, bearer(p.token));
            INFO(answer.body);
            CHECK((answer.status == 403 || answer.status < 300 || answer.status == 409 || answer.status == 426));
            return answer.status != 403;
        };
        CHECK(is_allowed(s.bob) == (std::string(r.needed) == "todos:read"));
        CHECK(is_allowed(eve) == (std::string(r.needed) != "lists"));
        CHECK(is_allowed(s.ann));
    }
}

TEST_CASE("the API in other words asks for the same tokens and shows nobody else's to-dos") {
    const servers world;
    const auto be = world.start(with_users({{"COMPAT", "true"}}));
    const person ann(world, "ann"), bob(world, "bob");
    const auto hers = ann.create(be, R"("title":")" + mark + '"');
    const auto reader = bob.new_token("todos:read");
    for (const std::string all : {"/api/compat/todo-backend", "/todos"}) {
        INFO(all);
        const auto* const change = all == "/todos" ? "PUT" : "PATCH";
        const auto one = all + '/' + hers;
        const std::string wanted = R"({"title":"x"})";
        CHECK(is_refused(be.call("GET", all), "Bearer"));
        CHECK(is_refused(be.call("POST", all, wanted), "Bearer"));
        CHECK(is_refused(be.call(change, one, wanted), "Bearer"));
        CHECK(bob.call(be, "GET", all).status == 200);
        CHECK(bob.call(be, "GET", all).body.find(mark) == std::string::npos);
        CHECK(ann.call(be, "GET", all).body.find(mark) != std::string::npos);
        CHECK(is_problem(bob.call(be, change, one, wanted), 404));
        CHECK(is_problem(be.call("POST", all, wanted, bearer(reader)), 403));
        CHECK(is_problem(be.call(change, one, wanted, bearer(reader)), 403));
        CHECK(bob.call(be, "POST", all, wanted).status == 201);
    }
    CHECK(is_problem(bob.call(be, "DELETE", "/api/compat/todo-backend/" + hers), 404));
    CHECK(bob.call(be, "DELETE", "/api/compat/todo-backend").status == 204);
    CHECK(ann.call(be, "GET", "/api/todos/" + hers).status == 200);
}
