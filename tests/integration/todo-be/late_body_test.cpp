// Who was let in, and may no more when the body is there.
#include "slow_exchange.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

struct scene {
    servers world;
    backend be = world.start(with_users());
    person ann{world, "ann"}, bob{world, "bob"};
    std::string list = ann.share(be, {{&bob, "editor"}});
    std::string his_place = list + "/members/" + bob.public_id();

    std::string count() const { return support::query(world.postgres.url(), "select count(*) from todos").at(0).at(0); }
};

struct late_body {
    std::string body;
    slow_exchange exchange;

    late_body(const scene& s, const std::string& path, std::string what)
        : body(std::move(what)),
          exchange(s.be, "POST " + path, s.bob.token,
                   "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n") {
        // Whoever is asked for the body was let in.
        REQUIRE(support::eventually([&] { return exchange.socket.available() > 0; }));
        exchange.send(body.substr(0, 5));
    }
    std::string finish() {
        exchange.send(body.substr(5));
        const auto all = exchange.rest();
        return all.substr(all.rfind("HTTP/1.1 "), 12);
    }
};

constexpr const char* one = R"({"title":"late"})";
constexpr const char* batch = R"({"operations":[{"op":"create","todo":{"title":"late"}}]})";

}  // namespace

TEST_CASE("a member who was removed while the body came changes nothing") {
    const scene s;
    late_body single(s, s.list + "/todos", one), many(s, s.list + "/todos:batch", batch);
    CHECK(s.ann.call(s.be, "DELETE", s.his_place).status == 204);
    CHECK(single.finish() == "HTTP/1.1 404");
    CHECK(many.finish() == "HTTP/1.1 404");
    CHECK(s.count() == "0");
}

TEST_CASE("a member who became a reader while the body came changes nothing") {
    const scene s;
    late_body late(s, s.list + "/todos", one);
    CHECK(s.ann.call(s.be, "PUT", s.his_place, R"({"role":"reader"})").status == 200);
    CHECK(late.finish() == "HTTP/1.1 403");
    CHECK(s.count() == "0");
}

TEST_CASE("what comes late into a list that was deleted is not kept") {
    const scene s;
    late_body late(s, s.list + "/todos", one);
    CHECK(s.ann.call(s.be, "DELETE", s.list).status == 204);
    CHECK(late.finish() == "HTTP/1.1 404");
    CHECK(s.count() == "0");
}

TEST_CASE("a token that was revoked while the body came changes nothing") {
    const scene s;
    const auto tokens = json_of(s.bob.call(s.be, "GET", "/api/tokens"));
    late_body late(s, "/api/todos", one);
    CHECK(s.bob.call(s.be, "DELETE", "/api/tokens/" + text_of(tokens.at("items").at(0).at("id"))).status == 204);
    CHECK(late.finish() == "HTTP/1.1 401");
    CHECK(s.count() == "0");
}

TEST_CASE("a body that comes late by one who still may is taken, and makes one to-do") {
    const scene s;
    late_body late(s, s.list + "/todos", one);
    CHECK(late.finish() == "HTTP/1.1 201");
    CHECK(s.count() == "1");
}
