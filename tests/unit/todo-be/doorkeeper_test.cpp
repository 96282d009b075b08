// Who is let in, by which token, with which rights.
#include "api/access/doorkeeper.hpp"

#include "fake_accounts.hpp"
#include "runtime/run.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

namespace {

struct provider final : identity::verifier {
    std::variant<identity::principal, identity::refusal> answer;
    runtime::task<std::variant<identity::principal, identity::refusal>> verify(std::string_view) override {
        co_return answer;
    }
};

struct door {
    accounts known;
    provider others;
    doorkeeper keeper{known, {.api_token = "the operator's", .provider = &others}};
    http::request last;

    // 0: let in.
    int ask(const std::string& token, scope needed = scope::todos_read) {
        last = {};
        last.headers = {{"authorization", "Bearer " + token}};
        if (const auto answer = keeper.ask_for_token()(last)) return static_cast<int>(http::status_of(*answer));
        std::optional<http::response> answer;
        runtime::asio::io_context ctx{1};
        runtime::run(ctx, into(keeper.admission(needed)(last), answer));
        if (answer) head = *http::head_of(*answer);
        return answer ? static_cast<int>(http::status_of(*answer)) : 0;
    }
    static runtime::task<> into(runtime::task<std::optional<http::response>> asked, std::optional<http::response>& to) {
        to = co_await std::move(asked);
    }
    http::response_head head;
    std::string challenge() const {
        for (const auto& [name, value] : head.headers)
            if (name == "WWW-Authenticate") return value;
        return {};
    }
};

identity::principal ann() {
    return {.issuer = "https://id.example",
            .subject = "ann",
            .name = "Ann",
            .scopes = {},
            .expires = std::chrono::system_clock::now() + 1h};
}

}  // namespace

TEST_CASE("a personal access token may what its scopes say, and is not looked up each time") {
    door d;
    CHECK(d.ask(d.known.token) == 0);
    CHECK(asker_of(d.last.context) == user_id{7});
    CHECK(d.last.context.principal == "token " + d.known.access.token);
    CHECK(d.ask(d.known.token, scope::todos_write) == 403);
    CHECK(d.challenge() == R"(Bearer realm="tidings", error="insufficient_scope", scope="todos:write")");
    CHECK(d.ask(d.known.token, scope::tokens) == 403);
    CHECK(d.known.asked == 1);
    d.keeper.forget(*ids::uuid::parse(d.known.access.token));
    CHECK(d.ask(d.known.token) == 0);
    CHECK(d.known.asked == 2);
}

TEST_CASE("a token that is over is not let in because it was before") {
    door d;
    d.known.access.until = std::chrono::system_clock::now() - 1s;
    CHECK(d.ask(d.known.token) == 0);  // the database says when one is over
    CHECK(d.ask(d.known.token) == 0);
    CHECK(d.known.asked == 2);
}

TEST_CASE("what is not a token of ours is not asked about in the database") {
    door d;
    d.others.answer = identity::refusal{identity::refusal::kind::invalid_token, "signed by \"nobody\"\r\nX: y\\"};
    auto mistyped = d.known.token;
    mistyped[10] = mistyped[10] == 'a' ? 'b' : 'a';
    for (const auto& token : {mistyped, std::string("tdp_"), std::string("x")})
        CHECK(d.ask(token) == 401);
    CHECK(d.known.asked == 0);
    CHECK(d.challenge() ==
          R"(Bearer realm="tidings", error="invalid_token", error_description="signed by nobodyX: y")");
    CHECK(d.ask(new_token_text()) == 401);
    CHECK(d.known.asked == 1);
}

TEST_CASE("a principal is a user with the scopes of the token, or with all where it has none") {
    door d;
    d.others.answer = ann();
    CHECK(d.ask("a.b.c", scope::tokens) == 0);
    CHECK(asker_of(d.last.context) == user_id{42});
    CHECK(d.last.context.access.token.empty());
    auto limited = ann();
    limited.scopes = {"openid", "todos:read"};
    d.others.answer = limited;
    CHECK(d.ask("d.e.f") == 0);
    CHECK(d.ask("d.e.f", scope::todos_write) == 403);
    limited.scopes = {"openid"};
    d.others.answer = limited;
    CHECK(d.ask("g.h.i") == 403);
}

TEST_CASE("names that the database could not keep are left out, and subjects are refused") {
    door d;
    auto strange = ann();
    strange.name = std::string("A\0nn", 4);
    d.others.answer = strange;
    CHECK(d.ask("a.b.c") == 0);
    CHECK(d.known.met.back().name.empty());
    // Others see it where they share a list.
    strange.name = "Ann \u202Enimda";
    d.others.answer = strange;
    CHECK(d.ask("a.b.u") == 0);
    CHECK(d.known.met.back().name.empty());
    strange.name = std::string(5'000, 'n');
    d.others.answer = strange;
    CHECK(d.ask("a.b.d") == 0);
    CHECK(d.known.met.back().name.size() == 200);
    strange.subject = std::string("a\0b", 3);
    d.others.answer = strange;
    CHECK(d.ask("a.b.e") == 401);
    strange.subject.clear();
    d.others.answer = strange;
    CHECK(d.ask("a.b.f") == 401);
}

TEST_CASE("when it cannot be known who asks, nobody is let in, and it is not held against the token") {
    door d;
    d.known.away = true;
    CHECK(d.ask(d.known.token) == 503);
    d.others.answer = identity::refusal{identity::refusal::kind::unavailable, "no keys"};
    CHECK(d.ask("a.b.c") == 503);
    d.others.answer = ann();
    CHECK(d.ask("a.b.c") == 503);
    d.known.away = false;
    CHECK(d.ask(d.known.token) == 0);
    CHECK(d.ask("a.b.c") == 0);
}

TEST_CASE("the operator's token may everything, as the first user") {
    door d;
    CHECK(d.ask("the") == 401);
    d.others.answer = identity::refusal{identity::refusal::kind::invalid_token, "none"};
    d.last.headers = {};
    CHECK(d.ask("the operator's") == 401);  // not what a token may look like
    doorkeeper other(d.known, {.api_token = "operator-1"});
    http::request r;
    r.headers = {{"authorization", "Bearer operator-1"}};
    std::optional<http::response> answer;
    runtime::asio::io_context ctx{1};
    runtime::run(ctx, door::into(other.admission(scope::tokens)(r), answer));
    CHECK_FALSE(answer);
    CHECK(asker_of(r.context) == default_user);
}

TEST_CASE("a list is there for its members, with the role that the scope needs") {
    door d;
    d.known.access.scopes = read_scopes("todos:read todos:write").bits();
    const auto ask = [&](const std::string& list, scope needed) {
        d.last = {};
        d.last.headers = {{"authorization", "Bearer " + d.known.token}};
        d.last.params = {{"list", list}};
        std::optional<http::response> answer;
        runtime::asio::io_context ctx{1};
        runtime::run(ctx, door::into(d.keeper.list_admission(needed)(d.last), answer));
        return answer ? static_cast<int>(http::status_of(*answer)) : 0;
    };
    for (const auto* none : {"1", "0", "x", ""})
        CHECK(ask(none, scope::todos_read) == 404);
    CHECK(owner_of(d.last.context) == user_id{7});
    d.known.members = {{{7}, {list_base + 1}, list_role::reader}, {{7}, {list_base + 2}, list_role::editor}};
    CHECK(ask("1", scope::todos_read) == 0);
    CHECK(owner_of(d.last.context) == user_id{list_base + 1});
    CHECK(asker_of(d.last.context) == user_id{7});
    CHECK(ask("1", scope::todos_write) == 403);
    CHECK(ask("2", scope::todos_write) == 0);
    CHECK(membership_of(d.last.context.access)->role == list_role::editor);
    CHECK(ask("1", scope::lists) == 403);  // of the scope
    d.known.members.clear();
    CHECK(ask("2", scope::todos_write) == 0);
    d.keeper.forget(user_id{list_base + 2});
    CHECK(ask("2", scope::todos_write) == 404);
    d.known.away = true;
    CHECK(ask("3", scope::todos_read) == 503);
}

TEST_CASE("what is known is known for its time, and the oldest are forgotten") {
    known_credentials known(1s, 2);
    const auto start = known_credentials::clock::now();
    const auto a = hash_of("a"), b = hash_of("b"), c = hash_of("c");
    known.put(a, {.user = 1, .token = "1"}, start);
    known.put(b, {.user = 2, .token = "2"}, start + 500ms);
    REQUIRE(known.find(a, start + 500ms).access != nullptr);
    CHECK(known.find(a, start + 500ms).access->user == 1);
    CHECK_FALSE(known.find(a, start + 500ms).renew);
    CHECK(known.find(a, start + 700ms).renew);
    CHECK_FALSE(known.find(a, start + 700ms).renew);
    CHECK(known.find(a, start + 1s).access != nullptr);
    CHECK(known.find(a, start + 1'001ms).access == nullptr);
    known.put(c, {.user = 3, .token = "3"}, start + 600ms);
    CHECK(known.find(a, start + 600ms).access == nullptr);
    CHECK(known.find(b, start + 600ms).access != nullptr);
    known.forget("2");
    CHECK(known.find(b, start + 600ms).access == nullptr);
    known.put(a, {.user = 4, .token = "4"}, start + 10s);
    CHECK(known.size() == 1);
}
