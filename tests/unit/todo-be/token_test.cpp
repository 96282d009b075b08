// The text of personal access tokens, and what is asked for one.
#include <set>

#include "api/access/token_body.hpp"
#include "domain/token_event.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace std::chrono_literals;

TEST_CASE("tokens are long, all different, and check themselves") {
    std::set<std::string> all;
    for (int i = 0; i < 1'000; ++i) {
        const auto token = new_token_text();
        CHECK(token.size() == 40);
        CHECK(is_token_text(token));
        all.insert(token);
    }
    CHECK(all.size() == 1'000);
    const auto token = *all.begin();
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto other = token;
        other[i] = other[i] == 'Q' ? 'R' : 'Q';
        CHECK_FALSE(is_token_text(other));
        CHECK_FALSE(is_token_text(token.substr(0, i)));
    }
    CHECK_FALSE(is_token_text(token + 'a'));
    CHECK(hash_of("abc")[0] == 0xba);
}

TEST_CASE("scopes are read by their names, and others are passed over") {
    const auto some = read_scopes("openid todos:read  tokens");
    CHECK(to_string(some) == "todos:read tokens");
    CHECK(some.has(scope::tokens));
    CHECK_FALSE(some.has(scope::todos_write));
    CHECK(all_scopes.covers(some));
    CHECK_FALSE(some.covers(all_scopes));
    CHECK(to_string(read_scopes("")).empty());
    CHECK_FALSE(parse_scope("todos"));
}

TEST_CASE("each member of what is asked for a token has its rule") {
    const auto now = *ids::parse_timestamp("2026-01-31T12:00:00Z");
    request_access by{.user = 7, .scopes = read_scopes("todos:read tokens").bits(), .token = "t"};
    by.until = now + 240h;
    const auto ask = [&](const std::string& body) {
        violations wrong;
        const auto terms = read_token_terms(body, by, now, wrong);
        if (terms) return std::string("right");
        std::string found;
        for (const auto& v : wrong)
            found += v.field + ' ';
        return found;
    };
    const auto body = [](const char* name, const char* scopes, const char* end) {
        return std::string(R"({"name":)") + name + R"(,"scopes":)" + scopes + R"(,"expires_at":)" + end + '}';
    };
    const auto* const read = R"(["todos:read"])";
    const auto* const soon = R"("2026-02-05T12:00:00+01:00")";
    CHECK(ask(body(R"(" backup ")", read, soon)) == "right");
    CHECK(ask(body("1", read, soon)) == "/name ");
    CHECK(ask(body(R"("")", read, soon)) == "/name ");
    CHECK(ask(body(('"' + std::string(101, 'x') + '"').c_str(), read, soon)) == "/name ");
    CHECK(ask(body(R"("a\u0000")", read, soon)) == "/name ");
    CHECK(ask(body(R"("a")", "[]", soon)) == "/scopes ");
    CHECK(ask(body(R"("a")", R"("todos:read")", soon)) == "/scopes ");
    CHECK(ask(body(R"("a")", R"(["todos:read",7,"todos:write","x"])", soon)) == "/scopes/1 /scopes/2 /scopes/3 ");
    CHECK(ask(body(R"("a")", read, R"("2026-01-31T12:00:00Z")")) == "/expires_at ");
    CHECK(ask(body(R"("a")", read, R"("2026-02-05")")) == "/expires_at ");
    CHECK(ask(body(R"("a")", read, R"("2026-02-12T12:00:00Z")")) == "/expires_at ");
    CHECK(ask("{}") == "/name /scopes /expires_at ");
    CHECK(ask(R"({"name":"a","scopes":["todos:read"],"expires_at":"2026-02-05T12:00:00Z","x/y":1})") == "/x~1y ");
    by.token.clear();  // of an identity provider: shorter-lived than what it makes
    CHECK(ask(body(R"("a")", read, R"("2027-01-31T12:00:00Z")")) == "right");
    CHECK(ask(body(R"("a")", read, R"("2027-02-05T12:00:00Z")")) == "/expires_at ");
}

TEST_CASE("the event of a token says all but the token") {
    access_token t;
    t.id = ids::uuid::v7();
    t.terms = {"a \"name\"", read_scopes("todos:read"), ids::now()};
    const auto e = make_event(token_act::revoked, t, user_id{7}, {});
    CHECK(e.type == "io.tidings.token.revoked.v1");
    CHECK(e.owner == user_id{7});
    CHECK(e.payload.find(R"("subject":")" + t.id.str()) != std::string::npos);
    CHECK(e.payload.find(R"("name":"a \"name\"","scopes":["todos:read"])") != std::string::npos);
}
