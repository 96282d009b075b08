#include "domain/verdict.hpp"

#include <string>

#include "app.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_cron;

TEST_CASE("the random page must redirect") {
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U})
        CHECK(judge_page(status) == verdict::done);
    for (const unsigned status : {0U, 408U, 425U, 429U, 500U, 502U, 503U, 504U, 599U})
        CHECK(judge_page(status) == verdict::retry);
    for (const unsigned status : {100U, 200U, 204U, 300U, 304U, 400U, 401U, 403U, 404U, 410U, 600U})
        CHECK(judge_page(status) == verdict::refuse);
}

TEST_CASE("the backend's response decides about the run") {
    for (const unsigned status : {200U, 201U, 204U})
        CHECK(judge_creation(status, false, "") == verdict::done);
    CHECK(judge_creation(201, true, "") == verdict::already_done);
    for (const unsigned status : {0U, 408U, 409U, 425U, 429U, 500U, 502U, 503U, 504U})
        CHECK(judge_creation(status, false, "") == verdict::retry);
    for (const unsigned status : {301U, 302U, 400U, 401U, 403U, 404U, 405U, 413U, 415U, 422U})
        CHECK(judge_creation(status, false, "") == verdict::refuse);
}

TEST_CASE("a 422 about the Idempotency-Key says that the to-do of this hour exists") {
    const auto body = GENERATE(
        R"({"title":"Unprocessable Content","status":422,"detail":"this Idempotency-Key was used before with another body"})",
        R"({"title":"Idempotency-Key is already used"})", R"({"type":"https://example.org/idempotency-key-reused"})",
        R"({"detail":"IDEMPOTENCY-KEY reused","errors":[]})");
    CHECK(judge_creation(422, false, body) == verdict::already_done);
}

TEST_CASE("any other 422 is a rejection") {
    const auto body = GENERATE(
        "", "null", "[]", "Idempotency-Key", "{", R"({"title":"Unprocessable Content","status":422})",
        R"({"detail":"see errors","errors":[{"field":"/title","detail":"must not be longer than 140 characters"}]})",
        R"({"detail":"Idempotency-Key","errors":[{"field":"Idempotency-Key","detail":"too long"}]})",
        R"({"detail":42,"title":["Idempotency-Key"]})");
    INFO(body);
    CHECK(judge_creation(422, false, body) == verdict::refuse);
    CHECK(judge_creation(422, false, std::string(100'000, '[')) == verdict::refuse);
}

TEST_CASE("exit codes tell a CronJob whether a retry may help") {
    CHECK(exit_code(verdict::done) == 0);
    CHECK(exit_code(verdict::already_done) == 0);
    CHECK(exit_code(verdict::retry) == 1);
    CHECK(exit_code(verdict::refuse) == 2);
}
