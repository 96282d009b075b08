// A provider that is away, slow, or answers what it should not.
#include "provider.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;
using Catch::Contains;

namespace {

identity::verifier_options impatient(const provider& p) {
    auto options = options_for(p);
    options.times.longest = options.times.shortest = 50ms;
    options.times.retry_first = options.times.retry_last = 50ms;
    return options;
}

}  // namespace

TEST_CASE("while the provider is away its keys count") {
    provider p;
    verifying v(impatient(p));
    const auto token = p.robot(), stranger = p.forge("unknownKey");
    p.kill();
    REQUIRE(v.run_until([&] { return !v.news.back().problem.empty(); }));
    CHECK(v.subject(token) == "robot");
    CHECK(v.unavailable(stranger));  // its key may be a new one
    p.start();
    REQUIRE(v.run_until([&] { return v.news.back().problem.empty(); }));
    CHECK(v.why(token) == "the token is signed with a key that the issuer does not publish");
    CHECK(v.subject(p.robot()) == "robot");
}

TEST_CASE("keys count no longer than they are kept, not for tokens that were accepted before either") {
    provider p;
    auto options = impatient(p);
    options.times.kept = 1s;
    verifying v(options);
    const auto token = p.robot();
    REQUIRE(support::eventually([&] { return v.subject(token) == "robot"; }));
    p.kill();
    CHECK(support::eventually([&] { return v.unavailable(token); }));
}

TEST_CASE("a provider that comes later is found") {
    provider p;
    const auto token = p.robot();
    p.kill();
    verifying v(options_for(p));
    CHECK(v.unavailable(token));
    p.start();
    CHECK(v.run_until([&] { return v.news.back().problem.empty(); }));
    CHECK(v.subject(p.robot()) == "robot");
}

TEST_CASE("answers that are no keys are none, and those that are there count") {
    const provider p;
    const std::pair<std::string, std::string> modes[] = {{"garbage", "is no JSON object"},
                                                         {"huge", "more than 65536 bytes"},
                                                         {"error", "status 500"},
                                                         {"moved", "status 302"}};
    for (const auto& [mode, problem] : modes) {
        INFO(mode);
        verifying before(impatient(p));
        const auto token = p.robot();
        p.answer_keys(mode);
        verifying v(impatient(p));
        CHECK_THAT(v.news.front().problem, Contains(problem));
        CHECK(v.unavailable(token));
        REQUIRE(before.run_until([&] { return !before.news.back().problem.empty(); }));
        CHECK(before.subject(token) == "robot");
        p.answer_keys("ok");
    }
}

TEST_CASE("a provider that does not answer costs a request five seconds at most") {
    const provider p;
    const auto token = p.robot();
    auto options = options_for(p);
    verifying v(options);
    p.answer_keys("slow");
    const auto stranger = p.forge("unknownKey");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(v.unavailable(stranger));
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK((took > 4s && took < 10s));
    const auto then = std::chrono::steady_clock::now();
    CHECK(v.subject(token) == "robot");
    CHECK(v.unavailable(stranger));
    CHECK(std::chrono::steady_clock::now() - then < 4s);
    CHECK_THAT(v.news.back().problem, Contains("no complete response within the deadline"));
}
