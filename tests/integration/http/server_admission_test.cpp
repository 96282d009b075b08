// An admission: who is let in is decided by something that has to be waited for, before the body is read.
#include "http/message/problem.hpp"
#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;
using http::method;

namespace {

runtime::task<http::response> echo(http::request& r) {
    co_return http::json_response(200, r.context.principal + ' ' + r.body);
}

runtime::task<std::optional<http::response>> only_with_key(http::request& r) {
    co_await runtime::sleep_for(20ms);
    if (r.header("key").empty()) co_return http::problem(401, "no key");
    r.context.principal = r.header("key");
    co_return std::nullopt;
}

runtime::task<std::optional<http::response>> never(http::request&) {
    co_await runtime::sleep_for(1h);
    co_return std::nullopt;
}

runtime::task<std::optional<http::response>> fails(http::request&) {
    co_await runtime::sleep_for(1ms);
    throw std::runtime_error("the lock is broken");
}

std::function<void(http::router&)> door(http::admission a, std::optional<std::size_t> body_limit = {}) {
    return [=](http::router& r) {
        http::route_options o;
        o.admission = a;
        o.body_limit = body_limit;
        r.add(method::post, "/door", echo, std::move(o));
    };
}

}  // namespace

TEST_CASE("whoever is let in is served, and the next on that connection is asked again") {
    running_server server(loopback(), door(only_with_key));
    client c(server.port());
    CHECK(c.call(post("/door", "body")).status == 401);
    CHECK(c.call(post("/door", "body", "Key: me\r\n")).body == "me body");
    CHECK(c.call(post("/door", "body")).status == 401);
}

TEST_CASE("what arrives while somebody else is asked about is not mixed up with theirs") {
    running_server server(loopback(), door(only_with_key));
    std::vector<std::unique_ptr<client>> clients;
    const auto body = [](std::size_t i) { return std::string(1'000 + 100 * i, static_cast<char>('a' + i)); };
    for (std::size_t i = 0; i < 10; ++i) {
        clients.push_back(std::make_unique<client>(server.port()));
        clients.back()->send(post("/door", body(i), "Key: k\r\n") + post("/door", body(i) + "!", "Key: l\r\n"));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        CHECK(clients[i]->receive().body == "k " + body(i));
        CHECK(clients[i]->receive().body == "l " + body(i) + '!');
    }
}

TEST_CASE("nobody who is not let in is asked for a body") {
    running_server server(loopback(), door(only_with_key, 1'000'000'000));
    client waiting(server.port());
    CHECK(waiting.call("POST /door HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").status ==
          401);
    CHECK(waiting.closed());
    client large(server.port());
    large.send("POST /door HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\nthe beginning");
    const auto answer = large.receive();
    CHECK(answer.status == 401);
    CHECK(large.closed());
}

TEST_CASE("an admission that takes too long is a 503, and one that fails a 500") {
    auto options = loopback();
    options.handler_timeout = 100ms;
    running_server slow(options, door(never));
    client c(slow.port());
    CHECK(c.call(post("/door", "body")).status == 503);
    CHECK(c.closed());
    running_server broken(loopback(), door(fails));
    client d(broken.port());
    CHECK(d.call(post("/door", "body")).status == 500);
    CHECK(broken.failures().size() == 1);
}
