// Several users: each has their own to-dos, and nothing of others is there.
#include <boost/json/serialize.hpp>

#include "event_reader.hpp"
#include "people.hpp"
#include "socket_client.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::size_t listed(const backend& be, const person& p, const std::string& query = {}) {
    const auto answer = p.call(be, "GET", "/api/todos" + query);
    REQUIRE(answer.status == 200);
    return json_of(answer).at("items").as_array().size();
}

headers key(const std::string& name) { return {{"Idempotency-Key", name}}; }

std::string ids(const std::vector<std::string>& all) {
    std::string list;
    for (const auto& id : all)
        list += (list.empty() ? "\"" : ",\"") + id + '"';
    return list;
}

}  // namespace

TEST_CASE("each user lists their own to-dos, whatever is in the cache") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann"), bob(world, "bob");
    for (const auto* members : {R"("title":"milk")", R"("title":"bread","done":true)", R"("title":"tea","order":3)"})
        ann.create(be, members);
    const auto his = bob.create(be, R"("title":"beer","labels":["home"],"priority":"high","due":"2026-01-31")");
    for (int repeated = 0; repeated < 3; ++repeated) {
        CHECK(listed(be, ann) == 3);
        CHECK(listed(be, bob) == 1);
    }
    for (const auto* query : {"?done=false", "?label=home", "?priority=high", "?sort=due", "?sort=order", "?q=beer",
                              "?sort=-updated_at", "?fields=id"}) {
        CHECK(listed(be, bob, query) == 1);
        CHECK(bob.call(be, "GET", std::string("/api/todos") + query).body.find(his) != std::string::npos);
        CHECK(ann.call(be, "GET", std::string("/api/todos") + query).body.find(his) == std::string::npos);
    }
    CHECK(json_of(ann.call(be, "GET", "/api/todos?total=true")).at("total").as_int64() == 3);
    CHECK(listed(be, ann, "?done=true") == 1);
    const auto first = json_of(ann.call(be, "GET", "/api/todos?limit=2"));
    CHECK(first.at("items").at(0).at("title") == "tea");
    CHECK(listed(be, ann, "?limit=2&cursor=" + text_of(first.at("next"))) == 1);
    CHECK(json_of(be.call("GET", "/api/todos", {}, bearer(operator_token))).at("items").as_array().empty());
}

TEST_CASE("what belongs to somebody else is not there, whatever is done with it") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann"), bob(world, "bob");
    const auto hers = ann.create(be, R"("title":"milk","order":1)");
    const auto subtask = ann.create(be, R"("title":"oat","done":true,"parent":")" + hers + '"');
    const auto gone = ann.create(be, R"("title":"gone")");
    REQUIRE(ann.call(be, "DELETE", "/api/todos/" + gone).status == 204);
    const auto his = bob.create(be, R"("title":"beer","order":1)");
    const auto path = "/api/todos/" + hers;
    CHECK(is_problem(bob.call(be, "GET", path), 404));
    CHECK(is_problem(bob.call(be, "PUT", path, R"({"title":"x"})"), 404));
    CHECK(is_problem(bob.call(be, "PATCH", path, R"({"title":"x"})"), 404));
    CHECK(is_problem(bob.call(be, "PATCH", path, R"({"title":"x"})", key("a")), 404));
    CHECK(is_problem(bob.call(be, "DELETE", path), 404));
    CHECK(is_problem(bob.call(be, "DELETE", path, {}, key("b")), 404));
    CHECK(is_problem(bob.call(be, "POST", "/api/todos/" + gone + ":restore"), 404));
    CHECK(is_problem(bob.call(be, "POST", path + ":restore"), 404));
    CHECK(is_problem(bob.call(be, "POST", "/api/todos", R"({"title":"x","parent":")" + hers + "\"}"), 422));
    CHECK(is_problem(bob.call(be, "PATCH", "/api/todos/" + his, R"({"parent":")" + hers + "\"}"), 422));
    CHECK(listed(be, bob, "?parent=" + hers) == 0);
    const auto reorder = [&](const std::string& moved, const std::string& place) {
        return bob.call(be, "POST", "/api/todos:reorder", "{\"ids\":[" + ids({moved}) + "]," + place + "}");
    };
    CHECK(is_problem(reorder(hers, R"("after":null)"), 409));
    CHECK(is_problem(reorder(his, R"("after":)" + ids({hers})), 409));
    CHECK(reorder(his, R"("after":null)").status == 200);
    const auto batch = bob.call(be, "POST", "/api/todos:batch",
                                R"({"atomic":false,"operations":[{"op":"delete","id":)" + ids({hers}) +
                                    R"(},{"op":"complete","id":)" + ids({hers}) + "}]}");
    CHECK(batch.status == 207);
    CHECK(json_of(batch).at("results").at(0).at("status").as_int64() == 404);
    CHECK(json_of(batch).at("results").at(1).at("status").as_int64() == 404);
    CHECK(bob.call(be, "POST", "/api/todos:clear-done").body == R"({"deleted":0,"more":false})");
    CHECK(json_of(ann.call(be, "GET", path)).at("version").as_int64() == 1);
    CHECK(json_of(ann.call(be, "GET", "/api/todos/" + subtask)).at("version").as_int64() == 1);
    CHECK(ann.call(be, "POST", "/api/todos/" + gone + ":restore").status == 200);
}

TEST_CASE("a key of one user is not that of another") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann"), bob(world, "bob");
    const auto create = [&](const person& p) { return p.call(be, "POST", "/api/todos", R"({"title":"x"})", key("k")); };
    const auto hers = create(ann), his = create(bob);
    CHECK(id_of(hers) != id_of(his));
    CHECK(create(ann).body == hers.body);
    CHECK(create(bob).body == his.body);
    CHECK(create(bob).header("idempotent-replayed") == "true");
    const auto path = "/api/todos/" + id_of(hers);
    const auto change = [&](const person& p) { return p.call(be, "PATCH", path, R"({"done":true})", key("c")); };
    CHECK(change(ann).status == 200);
    CHECK(is_problem(change(bob), 404));
    CHECK(id_of(be.call("POST", "/api/todos", R"({"title":"x"})", bearer(operator_token, key("k")))) != id_of(hers));
}

TEST_CASE("files hold one's own to-dos, and so does the calendar of one's own link") {
    const servers world;
    const auto be = world.start(with_users({{"CALENDAR_SECRET", "a secret of the operator"}}));
    const person ann(world, "ann"), bob(world, "bob");
    ann.create(be, R"("title":"milk")");
    bob.create(be, R"("title":"beer")");
    for (const auto* format : {"json", "ndjson", "csv", "todotxt", "ics"}) {
        const auto file = ann.call(be, "GET", std::string("/api/todos:export?format=") + format).body;
        CHECK(file.find("milk") != std::string::npos);
        CHECK(file.find("beer") == std::string::npos);
    }
    REQUIRE(bob.call(be, "POST", "/api/todos:import", "title\nwine\n", {{"Content-Type", "text/csv"}}).status == 200);
    CHECK(listed(be, bob) == 2);
    CHECK(listed(be, ann) == 1);
    const auto calendar = [&](const std::string& secret) { return be.call("GET", "/api/todos.ics?secret=" + secret); };
    const auto link = bob.new_token("calendar");
    const auto read = calendar(link);
    CHECK(read.status == 200);
    CHECK(read.body.find("beer") != std::string::npos);
    CHECK(read.body.find("milk") == std::string::npos);
    // What others do does not change it.
    ann.create(be, R"("title":"oat")");
    CHECK(calendar(link).header("etag") == read.header("etag"));
    bob.create(be, R"("title":"nuts")");
    CHECK(calendar(link).header("etag") != read.header("etag"));
    CHECK(is_problem(calendar(bob.token), 403));
    CHECK(is_problem(calendar(bob.new_token("calendar todos:read")), 403));
    CHECK(is_problem(calendar(bob.new_token("calendar", "now() - interval '1 second'")), 403));
    CHECK(is_problem(calendar("guess"), 403));
    CHECK(calendar("a%20secret%20of%20the%20operator").status == 200);
    CHECK(calendar("a%20secret%20of%20the%20operator").body.find("beer") == std::string::npos);
    CHECK(is_problem(be.call("GET", "/api/todos", {}, bearer(link)), 403));
}

TEST_CASE("the change feed shows one's own events, as pages, as a stream and over WebSocket") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann"), bob(world, "bob");
    event_reader live(be.port(), "", bearer(ann.token));
    socket_client socket(be.port(), "", bearer(ann.token));
    REQUIRE(live.read_more());
    REQUIRE(socket.receive());
    std::vector<std::string> hers;
    for (int i = 0; i < 3; ++i) {
        bob.create(be, R"("title":"his")");
        hers.push_back(ann.create(be, R"("title":"hers")"));
        bob.create(be, R"("title":"his")");
    }
    event_reader past(be.port(), "?after=0", bearer(ann.token));
    for (const auto& id : hers) {
        for (auto* reader : {&live, &past}) {
            const auto e = reader->next();
            REQUIRE(e);
            CHECK(e->data.find(id) != std::string::npos);
        }
        const auto message = socket.receive();
        REQUIRE(message);
        CHECK(message->payload.find(id) != std::string::npos);
    }
    const auto page = json_of(ann.call(be, "GET", "/api/events?after=0"));
    CHECK(page.at("events").as_array().size() == 3);
    CHECK_FALSE(page.at("more").as_bool());
    CHECK(boost::json::serialize(page).find("his") == std::string::npos);
    const auto first = json_of(bob.call(be, "GET", "/api/events?after=0&limit=4"));
    CHECK(first.at("events").as_array().size() == 4);
    CHECK(first.at("more").as_bool());
    CHECK(json_of(bob.call(be, "GET", "/api/events?limit=4&after=" + text_of(first.at("next"))))
              .at("events")
              .as_array()
              .size() == 2);
}

TEST_CASE("whoever has no events of their own moves on in the log all the same") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann"), bob(world, "bob");
    for (int i = 0; i < 5; ++i)
        bob.create(be, R"("title":"his")");
    std::string next = "0";
    const bool moved = support::eventually([&] {
        const auto page = json_of(ann.call(be, "GET", "/api/events?after=" + next));
        CHECK(page.at("events").as_array().empty());
        next = text_of(page.at("next"));
        return next == "5";
    });
    CHECK(moved);
}
