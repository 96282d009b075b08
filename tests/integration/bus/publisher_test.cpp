#include "bus/jetstream/publisher.hpp"

#include "loop.hpp"

namespace tidings::bus {

TEST_CASE("every publish completes once, in call order") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    REQUIRE(l.run(jetstream(c).ensure_stream(stream_of("S"))));
    publisher p(l.ctx, c);
    std::vector<std::uint64_t> sequences;
    constexpr std::size_t count = 5'000;
    for (std::size_t i = 0; i < count; ++i) {
        p.publish("S.a", {{"Nats-Msg-Id", std::to_string(i)}}, "x", [&](const publish_ack& ack) {
            REQUIRE_FALSE(ack.failure);
            CHECK_FALSE(ack.duplicate);
            sequences.push_back(ack.sequence);
        });
    }
    CHECK(sequences.empty());
    CHECK(p.in_flight() == count);
    REQUIRE(l.until([&] { return sequences.size() == count; }));
    CHECK(p.in_flight() == 0);
    for (std::size_t i = 0; i < count; ++i)
        REQUIRE(sequences[i] == i + 1);
}

TEST_CASE("a publish that is already stored is a duplicate") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    REQUIRE(l.run(jetstream(c).ensure_stream(stream_of("S"))));
    publisher p(l.ctx, c);
    std::vector<publish_ack> acks;
    for (int i = 0; i < 2; ++i)
        p.publish("S.a", {{"Nats-Msg-Id", "same"}}, "x", [&](const publish_ack& a) { acks.push_back(a); });
    REQUIRE(l.until([&] { return acks.size() == 2; }));
    CHECK_FALSE(acks[0].duplicate);
    CHECK(acks[1].duplicate);
    CHECK(acks[1].sequence == acks[0].sequence);
}

TEST_CASE("a publish that cannot be sent completes with an error, never inside publish") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    publisher p(l.ctx, c, 100ms);
    std::optional<publish_ack> ack;
    const auto outcome = [&](std::string_view subject, const std::string& payload) {
        ack.reset();
        p.publish(subject, {}, payload, [&](const publish_ack& a) { ack = a; });
        CHECK_FALSE(ack);
        REQUIRE(l.until([&] { return ack.has_value(); }));
        return ack->failure;
    };
    CHECK(outcome("S.a", "x") == errc::disconnected);
    REQUIRE(l.connected(c));
    CHECK(outcome("nobody.listens", "x") == errc::no_responders);
    CHECK(outcome("S.a", std::string(c.max_payload() + 1, 'x')) == errc::too_large);
    const auto silent = c.subscribe("silent", "", [](message) {});
    CHECK(outcome("silent", "x") == errc::timeout);
    CHECK(p.in_flight() == 0);
}

TEST_CASE("a deleted stream is reported after one timeout") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    REQUIRE(l.run(jetstream(c).ensure_stream(stream_of("S"))));
    publisher p(l.ctx, c, 100ms);
    std::vector<publish_ack> acks;
    const auto put = [&] {
        const auto before = acks.size();
        p.publish("S.a", {}, "x", [&](const publish_ack& a) { acks.push_back(a); });
        REQUIRE(l.until([&] { return acks.size() > before; }));
        return acks.back().failure;
    };
    CHECK_FALSE(put());
    REQUIRE(l.run(c.request("$JS.API.STREAM.DELETE.S", "", {}, 5s)));
    CHECK(put() == errc::timeout);
    CHECK(put() == errc::no_responders);
    REQUIRE(l.run(jetstream(c).ensure_stream(stream_of("S"))));
    CHECK_FALSE(put());
}

TEST_CASE("publishes in flight when the server dies complete as disconnected") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    publisher p(l.ctx, c, 60s);
    REQUIRE(l.connected(c));
    const auto silent = c.subscribe("silent", "", [&](message) { server.kill(); });
    std::optional<publish_ack> ack;
    p.publish("silent", {}, "x", [&](const publish_ack& a) { ack = a; });
    REQUIRE(l.until([&] { return ack.has_value(); }));
    CHECK(ack->failure == errc::disconnected);
}

TEST_CASE("publishes to a hung server time out, and none completes twice") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    REQUIRE(l.run(jetstream(c).ensure_stream(stream_of("S"))));
    publisher p(l.ctx, c, 200ms);
    freeze(server.pid());
    std::vector<publish_ack> acks;
    for (int i = 0; i < 3; ++i)
        p.publish("S.a", {}, "x", [&](const publish_ack& a) { acks.push_back(a); });
    REQUIRE(l.until([&] { return acks.size() == 3; }));
    for (const auto& a : acks)
        CHECK(a.failure == errc::timeout);
    ::kill(server.pid(), SIGCONT);
    p.publish("S.a", {}, "x", [&](const publish_ack& a) { acks.push_back(a); });
    REQUIRE(l.until([&] { return acks.size() == 4; }));
    CHECK_FALSE(acks[3].failure);
    CHECK(acks[3].sequence == 4);
    REQUIRE(l.flush(c));
    CHECK(acks.size() == 4);
}

TEST_CASE("destroying a publisher completes publishes in flight") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    REQUIRE(l.run(jetstream(c).ensure_stream(stream_of("S"))));
    int answered = 0;
    {
        publisher p(l.ctx, c);
        for (int i = 0; i < 3; ++i) {
            p.publish("S.a", {}, "x", [&](const publish_ack& a) {
                CHECK(a.failure == errc::disconnected);
                ++answered;
            });
        }
    }
    CHECK(answered == 3);
    REQUIRE(l.flush(c));
    CHECK(answered == 3);
}

TEST_CASE("a completion handler may publish again") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    REQUIRE(l.run(jetstream(c).ensure_stream(stream_of("S"))));
    publisher p(l.ctx, c);
    int left = 100;
    std::function<void(const publish_ack&)> again = [&](const publish_ack& a) {
        REQUIRE_FALSE(a.failure);
        if (--left > 0) p.publish("S.a", {}, "x", again);
    };
    p.publish("S.a", {}, "x", again);
    CHECK(l.until([&] { return left == 0; }));
}

}  // namespace tidings::bus
