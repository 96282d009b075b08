#include "api/list_cache.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

tidings::http::prepared_response answer(const char* text) {
    return std::make_shared<const tidings::http::prepared_bytes>(tidings::http::prepared_bytes{text, {}, {}});
}

const list_cache::clock::time_point now{};

}  // namespace

TEST_CASE("an answer is cached until the next write") {
    list_cache cache;
    cache.live(true);
    cache.put("20", cache.generation(), answer("a"), now);
    REQUIRE(cache.find("20", now));
    CHECK(cache.find("20", now)->plain == "a");
    CHECK_FALSE(cache.find("21", now));
    cache.invalidate();
    CHECK_FALSE(cache.find("20", now));
}

TEST_CASE("a read from before a write is not cached after it") {
    list_cache cache;
    cache.live(true);
    const auto before = cache.generation();
    cache.invalidate();
    cache.put("20", before, answer("old"), now);
    CHECK_FALSE(cache.find("20", now));
}

TEST_CASE("nothing is cached while other replicas' changes cannot be received") {
    list_cache cache;
    cache.put("20", cache.generation(), answer("a"), now);
    CHECK(cache.size() == 0);
    cache.live(true);
    const auto generation = cache.generation();
    cache.put("20", generation, answer("a"), now);
    cache.live(false);
    CHECK(cache.size() == 0);
    cache.live(true);
    cache.put("20", generation, answer("read before the gap"), now);
    CHECK(cache.size() == 0);
}

TEST_CASE("the least recently used answer is evicted") {
    list_cache cache(2);
    cache.live(true);
    cache.put("1", cache.generation(), answer("a"), now);
    cache.put("2", cache.generation(), answer("b"), now);
    CHECK(cache.find("1", now));
    cache.put("3", cache.generation(), answer("c"), now);
    CHECK(cache.size() == 2);
    CHECK(cache.find("1", now));
    CHECK_FALSE(cache.find("2", now));
    cache.put("3", cache.generation(), answer("d"), now);
    CHECK(cache.size() == 2);
    CHECK(cache.find("3", now)->plain == "d");
}

TEST_CASE("an answer expires even when no write is reported") {
    list_cache cache(2, 2s);
    cache.live(true);
    cache.put("20", cache.generation(), answer("a"), now);
    CHECK(cache.find("20", now + 2s));
    CHECK_FALSE(cache.find("20", now + 2001ms));
    CHECK(cache.size() == 0);
}

TEST_CASE("large answers are evicted by size") {
    list_cache cache(64, 2s, 10);
    cache.live(true);
    cache.put("1", cache.generation(), answer("aaaa"), now);
    cache.put("2", cache.generation(), answer("bbbb"), now);
    cache.put("3", cache.generation(), answer("cccc"), now);
    CHECK(cache.size() == 2);
    CHECK_FALSE(cache.find("1", now));
    cache.put("4", cache.generation(), answer("more than ten bytes"), now);
    CHECK(cache.size() == 2);
    CHECK_FALSE(cache.find("4", now));
}
