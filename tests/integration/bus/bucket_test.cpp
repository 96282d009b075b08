// Keys, history and watching of a key-value bucket.
#include <map>

#include "bucket.hpp"

namespace tidings::bus {

namespace {

struct endpoints_bucket : bucket {
    endpoints_bucket() : bucket("endpoints", 3) {}

    std::uint64_t put(const std::string& key, const std::string& value) {
        const auto revision = l.run(kv.put(key, value));
        REQUIRE(revision);
        return *revision;
    }
    std::uint64_t consumers() {
        const auto reply = l.run(c.request("$JS.API.STREAM.INFO.KV_endpoints", "", {}, 5s));
        REQUIRE(reply);
        const auto payload = reply->payload();
        const auto at = payload.find("\"consumer_count\":");
        REQUIRE(at != std::string_view::npos);
        return std::stoull(std::string(payload.substr(at + 17)));
    }
};

// The bucket as seen by a watch.
struct view {
    std::map<std::string, std::string> values, before;
    int starts = 0, currents = 0;

    kv_watch_handlers handlers() {
        return {[this] {
                    ++starts;
                    values.clear();
                },
                [this](const kv_entry& e) {
                    if (e.deleted) values.erase(e.key);
                    if (!e.deleted) values[e.key] = e.value;
                },
                [this] { ++currents; }};
    }
};

using values = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("a key is written whatever its revision, and removed") {
    endpoints_bucket b;
    const auto first = b.put("a", "1");
    CHECK(b.put("a", "2") > first);
    CHECK(b.l.run(b.kv.get("a"))->value == "2");
    CHECK(b.l.run(b.kv.remove("a", first)).error() == errc::wrong_sequence);
    REQUIRE(b.l.run(b.kv.remove("a")));
    CHECK(b.l.run(b.kv.get("a")).error() == errc::not_found);
    REQUIRE(b.l.run(b.kv.update("a", "again", 0)));
    CHECK(b.l.run(b.kv.get("a"))->value == "again");
}

TEST_CASE("the keys of a bucket are those that exist") {
    endpoints_bucket b;
    const auto none = b.l.run(b.kv.keys());
    REQUIRE(none);
    CHECK(none->empty());
    for (const char* key : {"a", "b/c", "d.e", "a"})
        b.put(key, std::string(1'000, 'x'));
    REQUIRE(b.l.run(b.kv.remove("b/c")));
    const auto keys = b.l.run(b.kv.keys());
    REQUIRE(keys);
    CHECK(*keys == std::vector<std::string>{"d.e", "a"});
    CHECK(b.l.until([&] { return b.consumers() == 0; }));
}

TEST_CASE("a thousand keys are read") {
    endpoints_bucket b;
    for (int i = 0; i < 1'000; ++i)
        b.put("key" + std::to_string(i), "x");
    const auto keys = b.l.run(b.kv.keys());
    REQUIRE(keys);
    CHECK(keys->size() == 1'000);
}

TEST_CASE("the history of a key has its last values and deletions, the oldest first") {
    endpoints_bucket b;
    CHECK(b.l.run(b.kv.history("a")).error() == errc::not_found);
    b.put("a", "1");
    b.put("other", "x");
    b.put("a", "2");
    REQUIRE(b.l.run(b.kv.remove("a")));
    const auto last = b.put("a", "3");
    const auto history = b.l.run(b.kv.history("a"));
    REQUIRE(history);
    REQUIRE(history->size() == 3);
    CHECK((*history)[0].value == "2");
    CHECK((*history)[1].deleted);
    CHECK((*history)[2].value == "3");
    CHECK((*history)[2].revision == last);
    CHECK((*history)[2].key == "a");
}

TEST_CASE("reading a bucket reports each failure") {
    endpoints_bucket b;
    key_value none(b.c, "none");
    CHECK(b.l.run(none.keys()).error() == errc::not_found);
    CHECK(b.l.run(none.history("a")).error() == errc::not_found);
    freeze(b.server.pid());
    key_value hasty(b.c, "endpoints", 100ms);
    CHECK(b.l.run(hasty.keys()).error() == errc::timeout);
    ::kill(b.server.pid(), SIGCONT);
    b.server.kill();
    REQUIRE(b.l.until([&] { return !b.c.connected(); }));
    CHECK(b.l.run(b.kv.keys()).error() == errc::disconnected);
}

TEST_CASE("a watch reports existing keys and every change") {
    endpoints_bucket b;
    b.put("a", "1");
    b.put("gone", "x");
    REQUIRE(b.l.run(b.kv.remove("gone")));
    view v;
    {
        const auto watch = b.kv.watch(b.l.ctx.get_executor(), v.handlers());
        CHECK(v.starts == 0);
        REQUIRE(b.l.until([&] { return v.currents == 1; }));
        CHECK(v.values == values{{"a", "1"}});
        b.put("a", "2");
        b.put("b", "1");
        REQUIRE(b.l.run(b.kv.remove("a")));
        REQUIRE(b.l.until([&] { return v.values == values{{"b", "1"}}; }));
        CHECK(v.starts == 1);
        CHECK(v.currents == 1);
        CHECK(b.consumers() == 1);
    }
    b.put("late", "x");
    CHECK(b.l.until([&] { return b.consumers() == 0; }));
    CHECK(v.values == values{{"b", "1"}});
}

TEST_CASE("a watch of an empty bucket is current immediately") {
    endpoints_bucket b;
    view v;
    const auto watch = b.kv.watch(b.l.ctx.get_executor(), v.handlers());
    REQUIRE(b.l.until([&] { return v.currents == 1; }));
    CHECK(v.values.empty());
}

TEST_CASE("a watch survives server crashes and reports what changed meanwhile") {
    endpoints_bucket b;
    b.put("a", "1");
    view v;
    const auto watch = b.kv.watch(b.l.ctx.get_executor(), v.handlers());
    REQUIRE(b.l.until([&] { return v.currents == 1; }));
    for (int crash = 1; crash <= 3; ++crash) {
        b.server.kill();
        REQUIRE(b.l.until([&] { return !b.c.connected(); }));
        b.server.start();
        REQUIRE(b.l.connected(b.c));
        b.put("a", "after " + std::to_string(crash));
        REQUIRE(b.l.until([&] { return v.values == values{{"a", "after " + std::to_string(crash)}}; }));
    }
    CHECK(v.starts == 4);
}

TEST_CASE("a watch waits for a bucket that does not exist yet") {
    endpoints_bucket b;
    key_value later(b.c, "later");
    view v;
    const auto watch = later.watch(b.l.ctx.get_executor(), v.handlers());
    REQUIRE(b.l.until([&] { return v.starts >= 1; }));
    REQUIRE(b.l.run(later.ensure(1)));
    REQUIRE(b.l.run(later.put("a", "1")));
    REQUIRE(b.l.until([&] { return v.values == values{{"a", "1"}}; }));
}

TEST_CASE("a watch notices that its bucket was recreated") {
    endpoints_bucket b;
    b.put("a", "1");
    view v;
    const auto watch = b.kv.watch(b.l.ctx.get_executor(), v.handlers());
    REQUIRE(b.l.until([&] { return v.currents == 1; }));
    REQUIRE(b.l.run(b.c.request("$JS.API.STREAM.DELETE.KV_endpoints", "", {}, 5s)));
    REQUIRE(b.l.run(b.kv.ensure(1, 3)));
    b.put("b", "1");
    REQUIRE(b.l.until([&] { return v.values == values{{"b", "1"}}; }));
}

TEST_CASE("a watch may be destroyed in its own handler") {
    endpoints_bucket b;
    b.put("a", "1");
    b.put("b", "1");
    std::optional<ordered_consumer> watch;
    int entries = 0;
    watch.emplace(b.kv.watch(b.l.ctx.get_executor(), {nullptr,
                                                      [&](const kv_entry&) {
                                                          ++entries;
                                                          watch.reset();
                                                      },
                                                      nullptr}));
    REQUIRE(b.l.until([&] { return !watch; }));
    REQUIRE(b.l.flush(b.c));
    CHECK(entries == 1);
}

}  // namespace tidings::bus
