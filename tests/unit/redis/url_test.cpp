#include "redis/url.hpp"

#include "support/catch.hpp"

using namespace tidings::redis;

TEST_CASE("the address of a cache has what its URL says") {
    const auto plain = parse_url("redis://cache");
    REQUIRE(plain.has_value());
    CHECK(plain->host == "cache");
    CHECK(plain->port == 6379);
    CHECK_FALSE(plain->tls);
    const auto full = parse_url("rediss://ann:p%40ss@[::1]:7000/3");
    REQUIRE(full.has_value());
    CHECK(full->tls);
    CHECK(full->host == "::1");
    CHECK(full->port == 7000);
    CHECK(full->user == "ann");
    CHECK(full->password == "p@ss");
    CHECK(full->database == 3);
    CHECK(parse_url("redis://:secret@10.0.0.1/")->password == "secret");
}

TEST_CASE("what is not the address of a cache is refused, without a word of it") {
    for (const auto* text : {"", "cache", "cache:6379", "http://cache", "redis://", "redis://cache:0",
                             "redis://cache:99999", "redis://cache/x", "redis://cache/99999", "redis://secret@cache",
                             "redis://cache?x=secret", "redis://a:secret@cache#x", "redis://ca che"}) {
        INFO(text);
        const auto a = parse_url(text);
        REQUIRE_FALSE(a.has_value());
        CHECK(a.error().find("secret") == std::string::npos);
    }
}
