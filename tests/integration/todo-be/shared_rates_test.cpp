// Rates that replicas share through a cache: together while it is there, each for itself while it is not.
#include <chrono>

#include "backend.hpp"
#include "lying_cache.hpp"
#include "people.hpp"
#include "support/catch.hpp"
#include "support/redis_server.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;
using namespace std::chrono_literals;

namespace {

const std::string together = "[+]rates: all replicas count together\n";
const std::string alone = "rates: each replica counts for itself";

bool says(const backend& be, const std::string& what) {
    return be.call("GET", "/readyz?verbose").body.find(what) != std::string::npos;
}

// Behind a proxy, so that one client can be many.
backend_options limited(const std::string& limit, const std::string& cache) {
    return {.environment = {{"RATE_LIMIT", limit},
                            {"RATE_LIMIT_WINDOW", "1h"},
                            {"TRUSTED_PROXIES", "127.0.0.0/8"},
                            {"CACHE_URL", cache}}};
}

// How many requests of that address are answered until one is refused, and the longest that one took.
struct use {
    int answered = 0;
    std::chrono::steady_clock::duration longest{};

    use(const backend& be, const std::string& address) {
        for (int status = 200; status == 200; answered += status == 200) {
            const auto begin = std::chrono::steady_clock::now();
            status = be.call("GET", "/api/todos", {}, {{"X-Forwarded-For", address}}).status;
            longest = std::max(longest, std::chrono::steady_clock::now() - begin);
            if (status != 200) REQUIRE(status == 429);
        }
    }
};

}  // namespace

TEST_CASE("a user has one rate, however many replicas answer") {
    const servers world;
    const support::redis_server redis;
    const auto options = with_users({{"RATE_LIMIT", "600"}, {"RATE_LIMIT_WINDOW", "1h"}, {"CACHE_URL", redis.url()}});
    const auto a = world.start(options), b = world.start(options);
    const person ann(world, "ann"), bob(world, "bob");
    // What is counted before the cache is known counts there only.
    REQUIRE(eventually([&] { return says(a, together) && says(b, together); }));

    int answered = 0;
    for (int refused = 0; refused < 2;) {
        refused = 0;
        for (const auto* be : {&a, &b}) {
            const auto status = ann.call(*be, "GET", "/api/todos").status;
            (status == 200 ? answered : refused)++;
            REQUIRE((status == 200 || status == 429));
        }
    }
    // Beyond it is what is answered until they know of each other: that of 50 ms, as a rule.
    CHECK(answered >= 600);
    CHECK(answered < 1'000);
    const auto refused = ann.call(b, "GET", "/api/todos");
    CHECK(refused.header("ratelimit-policy") == R"("user";q=600;w=3600)");
    CHECK(refused.header("ratelimit").starts_with(R"("user";r=0;t=)"));
    CHECK(std::stoi(refused.header("retry-after")) > 0);
    CHECK(bob.call(b, "GET", "/api/todos").header("ratelimit").starts_with(R"("user";r=599;t=)"));

    // One that has just started learns it from the first that it answers.
    const auto c = world.start(options);
    REQUIRE(eventually([&] { return says(c, together); }));
    CHECK(eventually([&] { return ann.call(c, "GET", "/api/todos").status == 429; }));
    CHECK(eventually([&] { return a.metric("todo_rates_shared") == 1; }));

    const auto keys = redis.cli({"keys", "*"});
    CHECK(keys.find("user") == std::string::npos);
    std::size_t seen = 0;
    for (std::size_t at = 0; (at = keys.find("tidings:", at)) != std::string::npos; ++at, ++seen)
        CHECK(redis.cli({"ttl", keys.substr(at, 8 + 64)}).find('-') == std::string::npos);
    CHECK(seen >= 2);
}

TEST_CASE("while the cache is frozen or dead each replica counts for itself, and nobody waits") {
    const servers world;
    support::redis_server redis;
    const auto a = world.start(limited("20", redis.url())), b = world.start(limited("20", redis.url()));
    REQUIRE(eventually([&] { return says(a, together) && says(b, together); }));

    redis.freeze();
    for (const auto* be : {&a, &b}) {
        const use u(*be, "203.0.113.1");
        CHECK(u.answered == 20);
        CHECK(u.longest < 1s);
        CHECK(eventually([&] { return says(*be, "[!]" + alone); }));
        CHECK(be->ready());
    }
    CHECK(eventually([&] { return a.metric("todo_rates_shared") == 0; }));
    redis.thaw();
    int next = 0;
    const auto shared_again = [&] {
        // A question each, of somebody new.
        const auto address = "2001:db8:0:" + std::to_string(++next) + "::1";
        for (const auto* be : {&a, &b})
            be->call("GET", "/api/todos", {}, {{"X-Forwarded-For", address}});
        return says(a, together) && says(b, together);
    };
    CHECK(eventually(shared_again, 60s));

    redis.kill();
    CHECK(eventually([&] { return says(a, "[!]" + alone) && says(b, "[!]" + alone); }));
    CHECK(use(a, "203.0.113.2").answered == 20);
    CHECK(use(b, "203.0.113.2").answered == 20);
    redis.start();
    CHECK(eventually(shared_again, 60s));
    CHECK(use(a, "203.0.113.3").answered == 20);
    CHECK(eventually(
        [&] { return b.call("GET", "/api/todos", {}, {{"X-Forwarded-For", "203.0.113.3"}}).status == 429; }));
}

TEST_CASE("a cache that counts what nobody took, or nothing at all, refuses nobody") {
    const servers world;
    for (const std::string how : {"spent", "huge", "words", "garbage", "many", "errors"}) {
        INFO(how);
        const lying_cache liar(how);
        auto be = world.start(limited("10", liar.url()));
        REQUIRE(eventually([&] { return be.log().find("the cache is connected") != std::string::npos; }));
        for (const auto* address : {"203.0.113.1", "203.0.113.2", "203.0.113.3"})
            CHECK(use(be, address).answered == 10);
        CHECK(eventually([&] {
            be.call("GET", "/api/todos", {}, {{"X-Forwarded-For", "203.0.113.4"}});
            return says(be, "[!]" + alone);
        }));
        CHECK(be.process().stop() == 0);
    }
}

TEST_CASE("a cache that answers megabytes instead of numbers takes no memory") {
    const servers world;
    const lying_cache liar("bulks");
    auto be = world.start(limited("10", liar.url()));
    REQUIRE(eventually([&] { return be.log().find("the cache is connected") != std::string::npos; }));
    [[maybe_unused]] const auto before = be.process().peak_megabytes();
    int next = 0;
    CHECK(eventually([&] {
        for (int i = 0; i < 50; ++i)  // at once for the cache, which is told every 50 ms
            be.call("GET", "/api/todos", {}, {{"X-Forwarded-For", "203.0.113." + std::to_string(++next % 250)}});
        return says(be, "[!]" + alone);
    }));
#ifndef TIDINGS_SANITIZED
    CHECK(be.process().peak_megabytes() <= before + 16);
#endif
}

TEST_CASE("a cache that is full counts nothing, and each replica does") {
    const servers world;
    const support::redis_server redis({"--maxmemory", "1", "--maxmemory-policy", "noeviction"});
    const auto a = world.start(limited("10", redis.url())), b = world.start(limited("10", redis.url()));
    REQUIRE(eventually([&] { return says(a, "[+]cache ok") && says(b, "[+]cache ok"); }));
    for (const auto* be : {&a, &b})
        CHECK(use(*be, "203.0.113.1").answered == 10);
    CHECK(eventually([&] { return says(a, "[!]" + alone + ": it refuses to count"); }));
}

TEST_CASE("without a cache each replica counts for itself, and says so") {
    const servers world;
    const auto a = world.start({.environment = {{"RATE_LIMIT", "5"}}});
    CHECK(says(a, "[+]" + alone + "\n"));
    CHECK(a.metric("todo_rates_shared") == 0);
    CHECK_FALSE(says(world.start(), "rates"));
}
