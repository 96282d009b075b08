// Each invalid request gets its status and a problem document, and the service keeps running.
#include "backend.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

struct refusal_case {
    std::string method, path, body;
    headers h;
    int status;
};

const headers json = {{"Content-Type", "application/json"}};
const headers text = {{"Content-Type", "text/plain"}};

const refusal_case bad_creations[] = {
    {"POST", "/api/todos", "{", json, 400},
    {"POST", "/api/todos", "", json, 400},
    {"POST", "/api/todos", "[]", json, 422},
    {"POST", "/api/todos", "{}", json, 422},
    {"POST", "/api/todos", R"({"title":""})", json, 422},
    {"POST", "/api/todos", R"({"title":")" + std::string(141, 'x') + "\"}", json, 422},
    {"POST", "/api/todos", R"({"title":"x","nope":1})", json, 422},
    {"POST", "/api/todos", "{\"title\":\"\xC3(\"}", json, 400},
    {"POST", "/api/todos", R"({"title":"a\u0000"})", json, 422},
    {"POST", "/api/todos", std::string(20'000, '['), json, 400},
    {"POST", "/api/todos", R"({"title":"x"})", text, 415},
    {"POST", "/api/todos", R"({"title":"x"})", {{"Content-Type", ""}}, 415},
    {"POST", "/api/todos", R"({"title":")" + std::string(70'000, 'x') + "\"}", json, 413},
    {"POST", "/api/todos", R"({"title":"a","title":"b"})", json, 422},
    {"POST", "/api/todos", "{\"title\":\"\xE2\x80\x8B\"}", json, 422},
    {"POST",
     "/api/todos",
     R"({"title":"x"})",
     {{"Content-Type", "application/json"}, {"Content-Type", "text/plain"}},
     400},
    {"POST",
     "/api/todos",
     R"({"title":"x"})",
     {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}},
     415},
    {"POST", "/api/todos", R"({"title":"x"})", {{"Content-Type", "application/json"}, {"Idempotency-Key", ""}}, 400},
    {"POST",
     "/api/todos",
     R"({"title":"x"})",
     {{"Content-Type", "application/json"}, {"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}},
     400},
};

void check_refused(const backend& be, const refusal_case& c) {
    INFO(c.method << ' ' << c.path << ' ' << c.body.substr(0, 60));
    const auto answer = be.call(c.method, c.path, c.body, c.h);
    INFO(answer.status << ' ' << answer.body);
    CHECK(is_problem(answer, c.status));
}

}  // namespace

TEST_CASE("a bad creation is refused with a problem document") {
    const servers world;
    const auto be = world.start();
    for (const auto& c : bad_creations)
        check_refused(be, c);
    CHECK(be.ready());
    CHECK(be.post(R"({"title":"still here"})").status == 201);
}

TEST_CASE("other bad requests are refused with a problem document") {
    const servers world;
    const auto be = world.start();
    const auto item = "/api/todos/" + id_of(be.post(R"({"title":"milk"})"));
    const refusal_case cases[] = {
        {"GET", item, "", {{"If-Match", ""}}, 400},
        {"GET", item, "", {{"If-Match", "\"9\""}}, 412},
        {"PATCH", item, R"({"title":"y"})", {{"Content-Type", "application/json"}, {"If-Match", ""}}, 400},
        {"PATCH", item, R"({"title":"y"})", {{"Content-Type", "application/json"}, {"If-Match", "\"x, *, y\""}}, 412},
        {"PUT", item, R"({"title":"y"})", {{"Content-Type", "application/json"}, {"If-Match", "1"}}, 400},
        {"DELETE", item, "", {{"If-Match", "W/\"1\""}}, 412},
        {"DELETE", item, "", {{"If-None-Match", "*"}}, 412},
        {"PATCH", item, R"({"title":null})", json, 422},
        {"PATCH", item, R"({"title":"x"})", text, 415},
        {"PUT", item, R"({"done":true})", json, 422},
        {"PUT", item, R"({"title":"x","id":"01890a5d-ac96-774b-bcce-b302099a8057"})", json, 422},
        {"PUT", item, R"({"title":"x"})", {{"Content-Type", "application/merge-patch+json"}}, 415},
        {"GET", "/api/todos/not-an-id", "", {}, 404},
        {"GET", "/api/todos/01890a5d-ac96-774b-bcce-b302099a8057", "", {}, 404},
        {"GET", "/api/todos?limit=0", "", {}, 400},
        {"GET", "/api/todos?cursor=abc", "", {}, 400},
        {"GET", "/api/todos?page=2", "", {}, 400},
        {"GET", "/api/nothing", "", {}, 404},
        {"DELETE", "/api/todos", "", {}, 405},
        {"PATCH", "/api/todos", "{}", json, 405},
        {"POST", item, "{}", json, 405},
    };
    for (const auto& c : cases)
        check_refused(be, c);
    CHECK(be.ready());
    CHECK(be.post(R"({"title":"still here"})").status == 201);
}
