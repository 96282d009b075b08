#include "behaviour.hpp"

#include "support/catch.hpp"
#include "webhook.hpp"

using namespace tidings::receiver;

TEST_CASE("a mode has a default status, which an instruction may replace") {
    struct row {
        std::string mode;
        unsigned status;
    };
    const auto [mode, status] = GENERATE(values<row>({{"ok", 204},
                                                      {"fail", 500},
                                                      {"hang", 0},
                                                      {"gone", 410},
                                                      {"throttle", 429},
                                                      {"close", 0},
                                                      {"slow", 204},
                                                      {"redirect", 302}}));
    CAPTURE(mode);
    const auto plain = parse_instruction(R"({"path":"/a","mode":")" + mode + R"("})");
    REQUIRE(plain.has_value());
    CHECK(plain->behaviour.status == status);
    const auto changed = parse_instruction(R"({"path":"/a","status":418,"mode":")" + mode + R"("})");
    CHECK(changed->behaviour.status == 418);
}

TEST_CASE("an invalid instruction is reported with the reason") {
    struct row {
        std::string text, reason;
    };
    const auto [text, reason] = GENERATE(values<row>({
        {"", "not JSON"},
        {"[]", "not a JSON object"},
        {"{}", "mode must be"},
        {R"({"mode":"ok"})", "path must begin with a slash"},
        {R"({"path":"a","mode":"ok"})", "path must begin with a slash"},
        {R"({"path":"/a","mode":"odd"})", "mode must be"},
        {R"({"path":1,"mode":"ok"})", "path must be a text"},
        {R"({"path":"/a","mode":"ok","status":99})", "status must be a number from 200 to 599"},
        {R"({"path":"/a","mode":"ok","status":"200"})", "status must be a number"},
        {R"({"path":"/a","mode":"ok","times":0})", "times must be a number"},
        {R"({"path":"/a","mode":"ok","delay":1})", "unknown field delay"},
    }));
    CAPTURE(text);
    const auto result = parse_instruction(text);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().text.starts_with(reason));
}

TEST_CASE("a behaviour applies to its path for the given number of requests") {
    behaviours all;
    all.set(*parse_instruction(R"({"path":"/a","mode":"fail","times":2})"));
    CHECK(all.next("/b").status == 204);
    CHECK(all.next("/a").status == 500);
    CHECK(all.next("/a").status == 500);
    CHECK(all.next("/a").status == 204);
    all.set(*parse_instruction(R"({"path":"/a","mode":"gone"})"));
    for (int i = 0; i < 5; ++i)
        CHECK(all.next("/a").status == 410);
    all.set(*parse_instruction(R"({"path":"/a","mode":"ok","status":200})"));
    CHECK(all.next("/a").status == 200);
}

TEST_CASE("a response has what its mode needs") {
    auto throttled = answer(parse_instruction(R"({"path":"/a","mode":"throttle","retry_after":"7"})")->behaviour);
    CHECK(tidings::http::status_of(throttled) == 429);
    CHECK(tidings::http::head_of(throttled)->headers.front() ==
          std::pair<std::string, std::string>("Retry-After", "7"));
    auto redirected = answer(parse_instruction(R"({"path":"/a","mode":"redirect"})")->behaviour);
    CHECK(tidings::http::head_of(redirected)->headers.front().first == "Location");
    const auto closed = answer(parse_instruction(R"({"path":"/a","mode":"close"})")->behaviour);
    CHECK(std::holds_alternative<tidings::http::cut>(closed));
}

TEST_CASE("any webhook is shown as one line") {
    const webhook w{"12:00:00.123", "/hook", "verified", "t", "s\n\x1b[2J", "204", "{\"data\":{\"a\":1}}"};
    CHECK(to_line(w) == "12:00:00.123  204  /hook  verified  t  s..[2J  {\"a\":1}\n");
}

TEST_CASE("no part of a webhook can control a terminal") {
    const std::string hostile = "\u009b2J\u202e\u2066\u2028\ufeff\x9b\x7f";
    const webhook w{"12:00:00.123", "/" + hostile, "bad signature", hostile, hostile, "401", hostile};
    const std::string dots = ".2J......";
    CHECK(to_line(w) == "12:00:00.123  401  /" + dots + "  bad signature  " + dots + "  " + dots + "  " + dots + "\n");
}

TEST_CASE("an excerpt is short and never splits a character") {
    CHECK(excerpt("plain") == "plain");
    CHECK(excerpt(R"({"id":1,"data":[1,2]})") == "[1,2]");
    CHECK(excerpt(std::string(79, 'a') + "\xC3\xA9\xC3\xA9") == std::string(79, 'a') + "...");
}
