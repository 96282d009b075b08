#include "bus/connection/message_size.hpp"
#include "loop.hpp"

namespace tidings::bus {

TEST_CASE("a published message arrives with its reply, headers and payload") {
    support::nats_server server;
    loop l;
    connection sender(l.ctx, quick(server.url())), receiver(l.ctx, quick(server.url()));
    std::vector<message> got;
    const auto s = receiver.subscribe("a.*", "", [&](message m) { got.push_back(std::move(m)); });
    REQUIRE(l.connected(sender));
    REQUIRE(l.connected(receiver));
    REQUIRE(l.flush(receiver));

    CHECK(sender.publish("a.1", "plain"));
    CHECK(sender.publish("a.2", "back", {{"K", "v"}, {"K", "w"}, {"Other", "x"}}, "with headers"));
    CHECK(sender.publish("a.3", ""));
    CHECK(sender.publish("a.4", "", {{"K", std::string(5'000, 'v')}}, ""));
    REQUIRE(l.until([&] { return got.size() == 4; }));

    CHECK(got[0].subject() == "a.1");
    CHECK(got[0].reply().empty());
    CHECK(got[0].payload() == "plain");
    CHECK(got[0].header("K").empty());
    CHECK(got[0].all_headers().empty());
    CHECK(got[1].reply() == "back");
    CHECK(got[1].header("K") == "v");
    CHECK(got[1].header("k") == "v");
    CHECK(got[1].all_headers() == headers{{"K", "v"}, {"K", "w"}, {"Other", "x"}});
    CHECK(got[1].header("Other") == "x");
    CHECK(got[1].payload() == "with headers");
    CHECK(got[2].payload().empty());
    CHECK(got[2].status() == 0);
    CHECK(size_of(got[0]) >= std::string("a.1plain").size());
    CHECK(size_of(got[0]) < 20);
    CHECK(size_of(got[3]) > 5'000);
    CHECK(size_of(got[3]) < 5'100);
    CHECK(size_of(make_message("a.4", "", got[3].all_headers(), "body")) > 5'000);
}

TEST_CASE("a queue group shares its messages") {
    support::nats_server server;
    loop l;
    connection a(l.ctx, quick(server.url())), b(l.ctx, quick(server.url()));
    int at_a = 0, at_b = 0, alone = 0;
    const auto sa = a.subscribe("work", "group", [&](message) { ++at_a; });
    const auto sb = b.subscribe("work", "group", [&](message) { ++at_b; });
    const auto sc = b.subscribe("work", "", [&](message) { ++alone; });
    REQUIRE((l.connected(a) && l.connected(b)));
    REQUIRE((l.flush(a) && l.flush(b)));
    for (int i = 0; i < 200; ++i)
        a.publish("work", "x");
    REQUIRE(l.until([&] { return at_a + at_b == 200 && alone == 200; }));
    CHECK(at_a > 0);
    CHECK(at_b > 0);
}

TEST_CASE("a subscription ends with its handle, even within its own handler") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    int got = 0;
    std::optional<subscription> s;
    s.emplace(c.subscribe("once", "", [&](message) {
        ++got;
        s.reset();
    }));
    for (int i = 0; i < 10; ++i)
        c.publish("once", "x");
    REQUIRE(l.flush(c));
    CHECK(got == 1);
}

TEST_CASE("a subscription ended within its handler does not affect the next ones") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    std::optional<subscription> first;
    std::string got;
    first.emplace(c.subscribe("many", "", [&](message) {
        got += 'a';
        first.reset();
    }));
    const auto second = c.subscribe("many", "", [&](message) { got += 'b'; });
    const auto third = c.subscribe("many", "", [&](message) { got += 'c'; });
    REQUIRE(l.flush(c));
    c.publish("many", "x");
    // One message to the server, three back in one piece: nothing else arrives to wake the loop.
    REQUIRE(l.until([&] { return got.size() == 3; }, std::chrono::seconds(1)));
    CHECK(got == "abc");
}

TEST_CASE("a request gets its answer") {
    support::nats_server server;
    loop l;
    connection client(l.ctx, quick(server.url())), service(l.ctx, quick(server.url()));
    const auto s = service.subscribe("echo", "", [&](message m) {
        service.publish(m.reply(), std::string(m.payload()) + std::string(m.header("X")));
    });
    REQUIRE((l.connected(client) && l.connected(service)));
    REQUIRE(l.flush(service));
    auto plain = l.run(client.request("echo", "hello", {}, 5s));
    REQUIRE(plain);
    CHECK(plain->payload() == "hello");
    auto with_header = l.run(client.request("echo", "hello", {{"X", "there"}}, 5s));
    REQUIRE(with_header);
    CHECK(with_header->payload() == "hellothere");
}

TEST_CASE("a request reports each failure") {
    support::nats_server server;
    server.kill();
    loop l;
    connection c(l.ctx, quick(server.url()));
    CHECK(l.run(c.request("x", "", {}, 5s)).error() == errc::disconnected);
    server.start();
    REQUIRE(l.connected(c));
    const auto silent = c.subscribe("silent", "", [](message) {});
    CHECK(l.run(c.request("nobody", "", {}, 5s)).error() == errc::no_responders);
    CHECK(l.run(c.request("silent", "", {}, 30ms)).error() == errc::timeout);
    CHECK(l.run(c.request("silent", std::string(c.max_payload() + 1, 'x'), {}, 5s)).error() == errc::too_large);
    CHECK(l.run(c.request("not a subject", "", {}, 5s)).error());
}

TEST_CASE("a message above max_payload is not sent") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    std::size_t largest = 0;
    const auto s = c.subscribe("big", "", [&](message m) { largest = std::max(largest, m.payload().size()); });
    CHECK(c.max_payload() == std::size_t{1} << 20);
    CHECK_FALSE(c.publish("big", std::string(c.max_payload() + 1, 'x')));
    CHECK(c.send("big", {}, {}, std::string(c.max_payload() + 1, 'x')) == errc::too_large);
    CHECK(c.publish("big", std::string(c.max_payload(), 'x')));
    REQUIRE(l.flush(c));
    CHECK(largest == c.max_payload());
    CHECK(c.connected());
}

TEST_CASE("an inbox receives its replies until it is closed") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    std::vector<std::string> got;
    std::string self_closing, inbox = c.open_inbox([&](message& m) {
        got.emplace_back(m.payload());
        return true;
    });
    self_closing = c.open_inbox([&](message& m) {
        got.emplace_back(m.payload());
        c.close_inbox(self_closing);
        return true;
    });
    c.publish(inbox, "a");
    c.publish(inbox + "-17", "b");
    c.publish(self_closing, "c");
    c.publish(self_closing, "lost");
    REQUIRE(l.flush(c));
    c.close_inbox(inbox);
    c.publish(inbox, "late");
    REQUIRE(l.flush(c));
    CHECK(got == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("heavy traffic in both directions arrives complete and in order") {
    support::nats_server server;
    loop l;
    connection a(l.ctx, quick(server.url())), b(l.ctx, quick(server.url()));
    std::size_t there = 0, back = 0;
    bool in_order = true;
    const auto sb = b.subscribe("there", "", [&](message m) {
        in_order = in_order && m.payload() == std::to_string(there);
        ++there;
        b.publish("back", m.payload());
    });
    const auto sa = a.subscribe("back", "", [&](message m) {
        in_order = in_order && m.payload() == std::to_string(back);
        ++back;
    });
    REQUIRE((l.connected(a) && l.connected(b)));
    REQUIRE((l.flush(a) && l.flush(b)));
    constexpr std::size_t count = 50'000;
    for (std::size_t i = 0; i < count; ++i)
        REQUIRE(a.publish("there", std::to_string(i)));
    REQUIRE(l.until([&] { return back == count; }));
    CHECK(there == count);
    CHECK(in_order);
}

TEST_CASE("a rejected subject does not end the connection") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    CHECK(c.last_error().empty());
    CHECK_FALSE(c.publish("", "x"));
    CHECK(c.send("", {}, {}, "x") == errc::refused);
    REQUIRE(l.flush(c));
}

}  // namespace tidings::bus
