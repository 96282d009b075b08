#include "bucket.hpp"

namespace tidings::bus {

TEST_CASE("a bucket is created once") {
    bucket b;
    CHECK(b.l.run(b.kv.ensure(1)));
    REQUIRE(b.l.run(b.kv.update("a", "1", 0)));
    CHECK(b.l.run(b.kv.ensure(1)));
    CHECK(b.l.run(b.kv.get("a"))->value == "1");
}

TEST_CASE("a key is updated only by a client that knows its revision") {
    bucket b;
    CHECK(b.l.run(b.kv.get("owner")).error() == errc::not_found);
    const auto first = b.l.run(b.kv.update("owner", "me", 0));
    REQUIRE(first);
    CHECK(b.l.run(b.kv.update("owner", "you", 0)).error() == errc::wrong_sequence);
    const auto second = b.l.run(b.kv.update("owner", "still me", *first));
    REQUIRE(second);
    CHECK(b.l.run(b.kv.update("owner", "you", *first)).error() == errc::wrong_sequence);
    const auto now = b.l.run(b.kv.get("owner"));
    REQUIRE(now);
    CHECK(now->value == "still me");
    CHECK(now->revision == *second);
    CHECK(b.l.run(b.kv.update("other", "x", 0)));
}

TEST_CASE("one of many concurrent writers wins") {
    bucket b;
    int won = 0, lost = 0;
    for (int i = 0; i < 20; ++i) {
        runtime::asio::co_spawn(b.l.ctx, b.kv.update("owner", std::to_string(i), 0),
                                [&](std::exception_ptr, const result<std::uint64_t>& r) { ++(r ? won : lost); });
    }
    REQUIRE(b.l.until([&] { return won + lost == 20; }));
    CHECK(won == 1);
}

TEST_CASE("a key that was deleted by another client can be written again") {
    bucket b;
    REQUIRE(b.l.run(b.kv.update("k", "v", 0)));
    jetstream js(b.c);
    REQUIRE(b.l.run(js.publish("$KV.leases.k", "", {{"KV-Operation", "DEL"}})));
    CHECK(b.l.run(b.kv.get("k")).error() == errc::not_found);
    REQUIRE(b.l.run(b.kv.update("k", "again", 0)));
    CHECK(b.l.run(b.kv.get("k"))->value == "again");
}

TEST_CASE("an invalid key is refused") {
    bucket b;
    const auto key = GENERATE(as<std::string>(), "", "a b", "*", "a.>", ".a", "a.", "a..b");
    CHECK_THROWS_AS(b.l.run(b.kv.get(key)), std::invalid_argument);
}

}  // namespace tidings::bus
