#include <boost/json.hpp>

#include "bucket.hpp"

namespace tidings::bus {

TEST_CASE("a bucket is created once") {
    bucket b;
    CHECK(b.l.run(b.kv.ensure(1)));
    REQUIRE(b.l.run(b.kv.update("a", "1", 0)));
    CHECK(b.l.run(b.kv.ensure(1)));
    CHECK(b.l.run(b.kv.get("a"))->value == "1");
}

TEST_CASE("a bucket that was set to forget keys keeps them again") {
    bucket b;
    REQUIRE(b.l.run(b.kv.ensure(1)));
    CHECK_FALSE(b.l.run(b.kv.keep_all()));
    const auto set = [&](const char* limits) {
        const auto info = b.l.run(b.c.request("$JS.API.STREAM.INFO.KV_leases", "", {}, 5s));
        auto config = boost::json::parse(info->payload()).at("config").as_object();
        const auto others = boost::json::parse(limits);
        for (const auto& [key, value] : others.as_object())
            config[key] = value;
        b.l.run(b.c.request("$JS.API.STREAM.UPDATE.KV_leases", boost::json::serialize(config), {}, 5s));
    };
    for (const auto* limits : {R"({"max_age": 3600000000000})", R"({"discard": "old", "max_bytes": 1000})"}) {
        INFO(limits);
        set(limits);
        CHECK(b.l.run(b.kv.keep_all()));
        CHECK_FALSE(b.l.run(b.kv.keep_all()));
    }
    set(R"({"max_bytes": 1000000})");  // a write that finds no room fails: that is no forgetting
    CHECK_FALSE(b.l.run(b.kv.keep_all()));
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
    CHECK(b.l.run(b.kv.get(key)).error() == errc::refused);
    CHECK(b.l.run(b.kv.history(key)).error() == errc::refused);
    CHECK(b.l.run(b.kv.put(key, "v")).error() == errc::refused);
    CHECK(b.l.run(b.kv.update(key, "v", 0)).error() == errc::refused);
    CHECK(b.l.run(b.kv.remove(key)).error() == errc::refused);
}

TEST_CASE("what was published under a name that is no key is not of the bucket") {
    bucket b;
    REQUIRE(b.l.run(b.kv.put("up.a", "v")));
    REQUIRE(b.l.run(jetstream(b.c).publish("$KV.leases.up.b$d", "foreign", {})));
    const auto entries = b.l.run(b.kv.entries("up"));
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    CHECK(entries->front().key == "up.a");
    std::vector<std::string> seen;
    bool current = false;
    const auto watch = b.kv.watch(
        b.l.ctx.get_executor(), {nullptr, [&](const kv_entry& e) { seen.push_back(e.key); }, [&] { current = true; }});
    REQUIRE(b.l.until([&] { return current; }));
    CHECK(seen == std::vector<std::string>{"up.a"});
}

}  // namespace tidings::bus
