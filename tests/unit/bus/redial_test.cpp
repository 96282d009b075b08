#include "bus/connection/redial.hpp"

#include <set>

#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

const runtime::time_point start{1h};

redial policy(std::chrono::milliseconds first_pause = 100ms, const std::string& urls = "nats://a:1") {
    return redial(parse_servers(urls), first_pause);
}

}  // namespace

TEST_CASE("redial intervals grow to two seconds and start over after a connect") {
    auto r = policy();
    std::vector<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 7; ++i)
        pauses.push_back(r.failed(start, "refused", 0.999999).pause);
    CHECK(pauses == std::vector{99ms, 199ms, 399ms, 799ms, 1599ms, 1999ms, 1999ms});
    r.connected(start);
    CHECK(r.lost(start, "gone", {}, 0).pause == 50ms);
}

TEST_CASE("redial intervals start over when the servers answer others") {
    auto r = policy();
    for (int i = 0; i < 7; ++i)
        r.failed(start, "refused", 0.5);
    r.may_succeed();
    CHECK(r.failed(start, "refused", 0).pause == 50ms);
    CHECK(r.connects() == 0);
}

TEST_CASE("a first interval over two seconds is also the maximum") {
    auto r = policy(5s);
    CHECK(r.failed(start, "refused", 0).pause == 2500ms);
    CHECK(r.failed(start, "refused", 0).pause == 2500ms);
}

TEST_CASE("a redial interval is never zero") { CHECK(policy(0ms).failed(start, "refused", 0.999999).pause <= 1ms); }

TEST_CASE("discovered servers are dialled too, until others are announced") {
    auto r = policy(100ms, "nats://u:p@a:1");
    CHECK(r.servers() == std::vector<std::string>{"nats://u:p@a:1"});
    r.connected(start);
    r.lost(start, "gone", {"nats://b:2"}, 0);
    CHECK(r.servers() == std::vector<std::string>{"nats://u:p@a:1", "nats://u:p@b:2"});
    r.lost(start, "gone", {}, 0);
    CHECK(r.servers().size() == 2);
    r.lost(start, "gone", {"nats://c:3"}, 0);
    CHECK(r.servers() == std::vector<std::string>{"nats://u:p@a:1", "nats://u:p@c:3"});
}

TEST_CASE("an outage is reported immediately, for each new reason, and at growing intervals") {
    auto r = policy();
    const auto first = r.failed(start, "refused", 0).news;
    REQUIRE(first);
    CHECK_FALSE(first->connected);
    CHECK(first->reason == "refused");
    CHECK(first->away == 0ms);
    CHECK_FALSE(r.failed(start + 1s, "refused", 0).news);
    REQUIRE(r.failed(start + 2s, "authorization violation", 0).news);
    const auto later = r.failed(start + 11s, "refused", 0).news;
    REQUIRE(later);
    CHECK(later->away == 11s);
    CHECK_FALSE(r.failed(start + 12s, "refused", 0).news);
}

TEST_CASE("a reconnect is reported with the length of the outage") {
    auto r = policy();
    CHECK(r.connected(start).away == 0ms);
    r.lost(start + 1s, "gone", {}, 0);
    const auto back = r.connected(start + 4s);
    CHECK(back.connected);
    CHECK(back.reason.empty());
    CHECK(back.away == 3s);
    CHECK(r.connects() == 2);
}

TEST_CASE("only a first dial without any outcome is reported, once") {
    auto r = policy();
    SECTION("nothing has happened") {
        REQUIRE(r.patience_over(start));
        CHECK_FALSE(r.patience_over(start));
    }
    SECTION("it has failed") {
        r.failed(start, "refused", 0);
        CHECK_FALSE(r.patience_over(start + 800ms));
    }
    SECTION("it has connected") {
        r.connected(start);
        CHECK_FALSE(r.patience_over(start + 800ms));
    }
}

TEST_CASE("servers are dialled in an order of chance, those that were left at last") {
    auto r = policy(100ms, "nats://a:1,nats://b:2,nats://c:3");
    std::set<std::string> first;
    for (int i = 0; i < 20; ++i)
        first.insert(r.order(i / 20.0).front());
    CHECK(first.size() == 3);
    r.connected(start);
    r.left(start, "nats://b:2", "JetStream does not answer", {}, 0);
    r.left(start, "nats://a:1", "JetStream does not answer", {}, 0);
    for (int i = 0; i < 20; ++i)
        CHECK(r.order(i / 20.0) == std::vector<std::string>{"nats://c:3", "nats://b:2", "nats://a:1"});
}

TEST_CASE("servers announced before are known when a server that announces itself alone is left") {
    auto r = policy(100ms, "nats://a:1");
    r.connected(start, {"nats://a:1", "nats://b:2"});
    r.left(start, "nats://a:1", "JetStream does not answer", {"nats://a:1"}, 0);
    CHECK(r.order(0) == std::vector<std::string>{"nats://b:2", "nats://a:1"});
}

TEST_CASE("there is a choice where there are several servers, or a name that may stand for them") {
    CHECK_FALSE(policy(100ms, "nats://127.0.0.1:1").has_choice());
    CHECK_FALSE(policy(100ms, "nats://[::1]:1").has_choice());
    CHECK_FALSE(policy(100ms, "nats://localhost:1").has_choice());
    CHECK(policy(100ms, "nats://nats.svc:1").has_choice());
    CHECK(policy(100ms, "nats://127.0.0.1:1,nats://127.0.0.1:2").has_choice());
}

}  // namespace tidings::bus
