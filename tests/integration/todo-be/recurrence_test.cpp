// Completing a to-do that recurs makes the next one: by whichever way, once, in the same commit.
#include <boost/json.hpp>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

constexpr const char* weekly =
    R"({"title":"Water","due":"2026-12-01","recurrence":"freq=weekly;count=3","labels":["home"],"notes":"all"})";

struct plants {
    servers world;
    backend be = world.start();

    json::array open() const {
        return json_of(be.call("GET", "/api/todos?done=false&sort=created_at")).at("items").as_array();
    }
    // Exactly one is left, which comes after the first of `weekly`.
    void check_next(const std::string& id) const {
        CHECK(be.get(id).at("done") == true);
        CHECK(be.get(id).at("recurrence").is_null());
        const auto left = open();
        REQUIRE(left.size() == 1);
        const auto& next = left[0].as_object();
        CHECK(next.at("due") == "2026-12-08");
        CHECK(next.at("recurrence") == "FREQ=WEEKLY;COUNT=2");
        CHECK(next.at("labels") == json::array{"home"});
        CHECK(next.at("notes") == "all");
        CHECK(next.at("version") == 1);
        const auto events = support::query(
            world.postgres.url(), "select split_part(type, '.', 4), todo_id = '" + id +
                                      "', payload::json->'data'->'todo'->>'recurrence' from events order by seq");
        REQUIRE(events.size() >= 2);
        CHECK(events[events.size() - 2].at(1) == "t");
        CHECK(events.back() == std::vector<std::string>{"created", "f", "FREQ=WEEKLY;COUNT=2"});
    }
};

std::string batch_of(const std::string& id, const char* mode) {
    return R"({"atomic":)" + std::string(mode) + R"(,"operations":[{"op":"complete","id":")" + id + "\"}]}";
}

const headers as_json{{"Content-Type", "application/json"}};
const headers as_patch{{"Content-Type", "application/json-patch+json"}};

}  // namespace

TEST_CASE("whichever way a to-do that recurs is completed, the next one is there once") {
    const plants p;
    const auto id = id_of(p.be.post(weekly));
    const auto path = "/api/todos/" + id;
    SECTION("a merge patch, again and again") {
        for (int i = 0; i < 3; ++i)
            CHECK(p.be.patch(id, R"({"done":true})").status == 200);
    }
    SECTION("a merge patch with a key, repeated") {
        for (int i = 0; i < 2; ++i)
            CHECK(p.be.patch(id, R"({"done":true})", {{"Idempotency-Key", "a"}}).status == 200);
    }
    SECTION("a replacement by what GET gave, done") {
        auto whole = p.be.get(id);
        whole["done"] = true;
        CHECK(p.be.call("PUT", path, json::serialize(whole), as_json).status == 200);
    }
    SECTION("a replacement by a client that knows no recurrence") {
        const auto body = R"({"title":"Water","done":true,"due":"2026-12-01","labels":["home"]})";
        CHECK(p.be.call("PUT", path, body, as_json).status == 200);
    }
    SECTION("a JSON Patch") {
        CHECK(p.be.call("PATCH", path, R"([{"op":"replace","path":"/done","value":true}])", as_patch).status == 200);
    }
    SECTION("a batch, whole") {
        CHECK(p.be.call("POST", "/api/todos:batch", batch_of(id, "true"), as_json).status == 200);
    }
    SECTION("a batch, each") {
        CHECK(p.be.call("POST", "/api/todos:batch", batch_of(id, "false"), as_json).status == 207);
    }
    p.check_next(id);
}

TEST_CASE("a to-do that is made done leaves the next one as well, by an import too") {
    const plants p;
    std::string done = weekly;
    done.insert(1, R"("done":true,)");
    SECTION("created") { p.check_next(id_of(p.be.post(done))); }
    SECTION("created with a key, repeated") {
        const auto id = id_of(p.be.post(done, {{"Idempotency-Key", "a"}}));
        CHECK(id_of(p.be.post(done, {{"Idempotency-Key", "a"}})) == id);
        p.check_next(id);
    }
    SECTION("imported") {
        const auto file =
            "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:Water\r\nDUE;VALUE=DATE:20261201\r\nRRULE:FREQ=WEEKLY;COUNT="
            "3\r\n"
            "CATEGORIES:home\r\nDESCRIPTION:all\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        CHECK(p.be.call("POST", "/api/todos:import", file, {{"Content-Type", "text/calendar"}}).status == 200);
        p.check_next(text_of(json_of(p.be.call("GET", "/api/todos?done=true")).at("items").at(0).at("id")));
    }
}

TEST_CASE("the last one of a rule leaves none") {
    const plants p;
    const auto id = id_of(p.be.post(R"({"title":"Water","due":"2026-12-01","recurrence":"FREQ=WEEKLY;COUNT=1"})"));
    CHECK(p.be.patch(id, R"({"done":true})").status == 200);
    CHECK(p.open().empty());
}

TEST_CASE("the time of day stays the same on the clock of the due's zone, over its changes") {
    const plants p;
    // The last two: a time that is left out, which is an hour later that day, and one that comes twice: the first.
    const std::vector<std::vector<const char*>> rows = {
        {"Europe/Berlin", "2026-03-28T08:00:00Z", "2026-03-29T07:00:00.000000Z", "2026-03-30T07:00:00.000000Z"},
        {"America/New_York", "2026-10-31T13:00:00Z", "2026-11-01T14:00:00.000000Z", "2026-11-02T14:00:00.000000Z"},
        {"Australia/Lord_Howe", "2026-04-04T01:00:00Z", "2026-04-05T01:30:00.000000Z", "2026-04-06T01:30:00.000000Z"},
        {"UTC", "2026-03-28T08:00:00Z", "2026-03-29T08:00:00.000000Z", "2026-03-30T08:00:00.000000Z"},
        {"Europe/Berlin", "2026-03-28T01:30:00Z", "2026-03-29T01:30:00.000000Z", "2026-03-30T00:30:00.000000Z"},
        {"Europe/Berlin", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00.000000Z", "2026-10-26T01:30:00.000000Z"},
    };
    for (const auto& row : rows) {
        INFO(row[0] << ' ' << row[1]);
        auto made =
            json::object{{"title", "x"}, {"due", row[1]}, {"due_time_zone", row[0]}, {"recurrence", "FREQ=DAILY"}};
        auto id = id_of(p.be.post(json::serialize(made)));
        for (const auto* expected : {row[2], row[3]}) {
            CHECK(p.be.patch(id, R"({"done":true})").status == 200);
            const auto left = p.open();
            REQUIRE(left.size() == 1);
            CHECK(left[0].at("due") == expected);
            id = text_of(left[0].at("id"));
        }
        CHECK(p.be.call("DELETE", "/api/todos/" + id).status == 204);
    }
}

TEST_CASE("a recurrence that cannot be is refused with its name, and nothing is changed") {
    const plants p;
    const auto refused = [](const support::http_answer& a, const std::string& why) {
        INFO(a.body);
        CHECK(is_problem(a, 422));
        CHECK(a.body.find(R"("field":"/recurrence")") != std::string::npos);
        CHECK(a.body.find(why) != std::string::npos);
    };
    refused(p.be.post(R"({"title":"x","due":"2026-12-01","recurrence":"FREQ=HOURLY"})"), "FREQ must be DAILY");
    refused(p.be.post(R"({"title":"x","due":"2026-12-01","recurrence":7})"), "RFC 5545");
    refused(p.be.post(R"({"title":"x","recurrence":"FREQ=DAILY"})"), "due date");
    const auto parent = id_of(p.be.post(R"({"title":"Party"})"));
    const auto child = R"("title":"x","due":"2026-12-01","recurrence":"FREQ=DAILY","parent":")" + parent + '"';
    refused(p.be.post('{' + child + '}'), "subtask");
    const auto id = id_of(p.be.post(weekly));
    refused(p.be.patch(id, R"({"parent":")" + parent + "\"}"), "subtask");
    refused(p.be.patch(parent, R"({"recurrence":"FREQ=DAILY"})"), "due date");
    CHECK(p.be.get(id).at("version") == 1);
    // Without a due there is none.
    CHECK(json_of(p.be.patch(id, R"({"due":null})")).at("recurrence").is_null());
    const auto batch = p.be.call(
        "POST", "/api/todos:batch",
        R"({"operations":[{"op":"change","id":")" + id + R"(","todo":{"recurrence":"FREQ=DAILY"}}]})", as_json);
    CHECK(batch.status == 409);
    CHECK(batch.body.find("/operations/0/todo/recurrence") != std::string::npos);
}

TEST_CASE("every format of files keeps a rule") {
    const plants p;
    id_of(p.be.post(weekly));
    const std::pair<const char*, const char*> formats[] = {{"json", "application/json"},
                                                           {"ndjson", "application/x-ndjson"},
                                                           {"csv", "text/csv"},
                                                           {"todotxt", "text/plain"},
                                                           {"ics", "text/calendar"}};
    for (const auto& [format, type] : formats) {
        const auto file = p.be.call("GET", std::string("/api/todos:export?format=") + format).body;
        CHECK(p.be.call("POST", "/api/todos:import", file, {{"Content-Type", type}}).status == 200);
        const auto left = p.open();
        INFO(format);
        REQUIRE(left.size() == 2);
        CHECK(left[1].at("recurrence") == "FREQ=WEEKLY;COUNT=3");
        CHECK(left[1].at("due") == "2026-12-01");
        CHECK(p.be.call("DELETE", "/api/todos/" + text_of(left[1].at("id"))).status == 204);
    }
}

TEST_CASE("a to-do that recurs comes back with its rule when it is restored") {
    const plants p;
    const auto id = id_of(p.be.post(weekly));
    CHECK(p.be.call("DELETE", "/api/todos/" + id).status == 204);
    CHECK(json_of(p.be.call("POST", "/api/todos/" + id + ":restore")).at("recurrence") == "FREQ=WEEKLY;COUNT=3");
}
