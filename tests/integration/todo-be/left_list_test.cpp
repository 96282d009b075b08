// What is being done with a list when the membership ends, at another replica.
#include "event_reader.hpp"
#include "slow_exchange.hpp"
#include "socket_client.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

namespace {

struct scene {
    servers world;
    backend here = world.start(with_users()), there = world.start(with_users());
    person ann{world, "ann"}, bob{world, "bob"};
    std::string list = ann.share(here, {{&bob, "editor"}});
    std::string his_place = list + "/members/" + bob.public_id();

    int status(const person& p, const std::string& method = "GET", const std::string& body = {}) const {
        return p.call(there, method, list + "/todos", body).status;
    }
    void remove_bob() const { CHECK(ann.call(here, "DELETE", his_place).status == 204); }
    std::string number() const { return support::query(world.postgres.url(), "select max(id) from lists").at(0).at(0); }
};

// A second, and what a busy machine takes.
template <class Condition>
bool soon(Condition condition) {
    const auto begin = std::chrono::steady_clock::now();
    const bool came = support::eventually(condition);
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    return came;
}

}  // namespace

TEST_CASE("whoever becomes a member is one at every replica at once, and no more soon after") {
    const scene s;
    CHECK(s.status(s.bob) == 200);
    CHECK(s.status(s.bob, "POST", R"({"title":"x"})") == 201);
    CHECK(s.ann.call(s.here, "PUT", s.his_place, R"({"role":"reader"})").status == 200);
    CHECK(soon([&] { return s.status(s.bob, "POST", R"({"title":"x"})") == 403; }));
    CHECK(s.status(s.bob) == 200);
    s.remove_bob();
    CHECK(s.bob.call(s.here, "GET", s.list + "/todos").status == 404);
    CHECK(soon([&] { return s.status(s.bob) == 404; }));
    CHECK(s.ann.call(s.here, "PUT", s.his_place, R"({"role":"reader"})").status == 201);
    CHECK(s.status(s.bob) == 200);
    CHECK(s.ann.call(s.here, "DELETE", s.list).status == 204);
    CHECK(soon([&] { return s.status(s.bob) == 404; }));
    CHECK(s.ann.call(s.here, "GET", s.list + "/todos").status == 404);
}

TEST_CASE("streams of a list end with the membership, and those of one's own go on") {
    const scene s;
    event_reader stream(s.there.port(), s.list + "/events", bearer(s.bob.token));
    event_reader hers(s.there.port(), s.list + "/events", bearer(s.ann.token));
    event_reader own(s.there.port(), "", bearer(s.bob.token));
    socket_client socket(s.there.port(), s.list + "/ws", bearer(s.bob.token));
    REQUIRE(stream.read_more());
    REQUIRE(socket.receive());
    REQUIRE(hers.read_more());
    const auto id = id_of(s.ann.call(s.here, "POST", s.list + "/todos", R"({"title":"milk"})"));
    CHECK(stream.next().value().data.find(id) != std::string::npos);
    CHECK(socket.receive().value().payload.find(id) != std::string::npos);
    s.remove_bob();
    // Whatever that replica still believes.
    CHECK(event_reader(s.there.port(), s.list + "/events", bearer(s.bob.token)).status() == 404);
    CHECK(socket_client(s.there.port(), s.list + "/ws", bearer(s.bob.token)).status() == 404);
    CHECK(stream.ends_cleanly());
    CHECK(socket.close_code() == 4401);
    const auto after = id_of(s.ann.call(s.here, "POST", s.list + "/todos", R"({"title":"secret"})"));
    CHECK(stream.text().find(after) == std::string::npos);
    REQUIRE(support::eventually([&] { return s.status(s.bob) == 404; }));
    CHECK(event_reader(s.there.port(), s.list + "/events?after=0", bearer(s.bob.token)).status() == 404);
    CHECK(socket_client(s.there.port(), s.list + "/ws?after=0", bearer(s.bob.token)).status() == 404);
    const auto next = s.bob.create(s.there, R"("title":"own")");
    CHECK(own.next().value().data.find(next) != std::string::npos);
    CHECK(own.text().find(id) == std::string::npos);
    bool seen = false;
    for (int i = 0; i < 4 && !seen; ++i)
        seen = hers.next().value().data.find(after) != std::string::npos;
    CHECK(seen);
}

TEST_CASE("a place in the log of one list shows nothing of another") {
    const scene s;
    const auto other = s.bob.share(s.here);
    const auto place = text_of(json_of(s.bob.call(s.there, "GET", other + "/events?after=0")).at("next"));
    const auto hidden = id_of(s.bob.call(s.here, "POST", other + "/todos", R"({"title":"hidden"})"));
    const auto shown = id_of(s.ann.call(s.here, "POST", s.list + "/todos", R"({"title":"shown"})"));
    event_reader stream(s.there.port(), s.list + "/events", bearer(s.ann.token, {{"Last-Event-ID", place}}));
    CHECK(stream.next().value().data.find(shown) != std::string::npos);
    CHECK(stream.text().find(hidden) == std::string::npos);
    const auto page = s.ann.call(s.there, "GET", s.list + "/events?after=0");
    CHECK(page.body.find(shown) != std::string::npos);
    CHECK(page.body.find(hidden) == std::string::npos);
}

TEST_CASE("an import into a list ends with the right to change it, and a file of it is cut short") {
    const scene s;
    slow_exchange import(s.there, "POST " + s.list + "/todos:import", s.bob.token, lines);
    import.send(chunk_of_todos());
    REQUIRE(support::eventually(
        [&] { return support::query(s.world.postgres.url(), "select count(*) from todos").at(0).at(0) != "0"; }));
    CHECK(s.ann.call(s.here, "PUT", s.his_place, R"({"role":"reader"})").status == 200);
    CHECK(import_until_refused(import).starts_with("HTTP/1.1 403 "));
    fill(s.world, s.number());
    slow_exchange file(s.there, "GET " + s.list + "/todos:export?format=csv", s.bob.token, "");
    REQUIRE(support::eventually([&] { return file.socket.available() > 0; }));
    s.remove_bob();
    REQUIRE(support::eventually([&] { return s.status(s.bob) == 404; }));
    const auto read = file.rest();
    CHECK(read.starts_with("HTTP/1.1 200 "));
    CHECK_FALSE(read.ends_with("\r\n0\r\n\r\n"));
}

TEST_CASE("a calendar of a list is read by a member's link, and by no other") {
    const scene s;
    const person eve(s.world, "eve");
    s.ann.call(s.here, "POST", s.list + "/todos", R"({"title":"party","due":"2026-12-24"})");
    const auto read = [&](const std::string& secret) {
        return s.there.call("GET", s.list + "/todos.ics?secret=" + secret);
    };
    const auto link = s.bob.new_token("calendar");
    const auto calendar = read(link);
    CHECK(calendar.body.find("SUMMARY:party") != std::string::npos);
    CHECK(s.there.call("GET", s.list + "/todos.ics?secret=" + link, {}, {{"If-None-Match", calendar.header("etag")}})
              .status == 304);
    CHECK(is_problem(read(eve.new_token("calendar")), 404));
    CHECK(is_problem(read(s.bob.token), 403));
    CHECK(is_problem(read("guess"), 403));
    s.remove_bob();
    CHECK(soon([&] { return read(link).status == 404; }));
    CHECK(s.there.call("GET", "/api/todos.ics?secret=" + link).body.find("party") == std::string::npos);
}

TEST_CASE("a token that is revoked changes no list, at no replica") {
    const scene s;
    REQUIRE(s.ann.call(s.there, "GET", "/api/lists").status == 200);
    support::query(s.world.postgres.url(), "delete from access_tokens where owner = " + s.ann.user + " returning 1");
    CHECK(is_problem(s.ann.call(s.there, "PUT", s.his_place, R"({"role":"admin"})"), 401));
    CHECK(is_problem(s.ann.call(s.there, "POST", "/api/lists", R"({"name":"x"})"), 401));
    CHECK(support::query(s.world.postgres.url(), "select count(*) from lists").at(0).at(0) == "1");
}
