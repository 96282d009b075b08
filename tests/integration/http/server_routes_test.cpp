// Options of a route: limits, deadlines, guards.
#include "http/message/problem.hpp"
#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;
using http::method;

namespace {

runtime::task<http::response> size_of_body(http::request& r) {
    co_return http::json_response(200, std::to_string(r.body.size()));
}

runtime::task<http::response> never(http::request&) {
    co_await runtime::sleep_for(1h);
    co_return http::no_content();
}

runtime::task<http::response> principal(http::request& r) { co_return http::json_response(200, r.context.principal); }

void add(http::router& r, const char* path, http::handler h, http::route_options o) {
    r.add(method::post, path, std::move(h), std::move(o));
}

http::guard only_with_key() {
    return [](http::request& r) -> std::optional<http::response> {
        if (r.header("key").empty()) return http::problem(401, "no key");
        r.context.principal = r.header("key");
        return std::nullopt;
    };
}

std::string unfinished_post(const std::string& path) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx";
}

}  // namespace

TEST_CASE("a route may accept larger or smaller bodies than the server") {
    running_server server(loopback(), [](http::router& r) {
        add(r, "/import", size_of_body, {.body_limit = 1'000'000});
        add(r, "/small", size_of_body, {.body_limit = 10});
    });
    client c(server.port());
    CHECK(c.call(post("/import", std::string(1'000'000, 'x'))).body == "1000000");
    CHECK(c.call(post("/small", "0123456789")).body == "10");
    CHECK(c.call(post("/small", "01234567890")).status == 413);
    CHECK(client(server.port()).call(post("/import", std::string(1'000'001, 'x'))).status == 413);
    CHECK(client(server.port()).call(post("/echo", std::string(70'000, 'x'))).status == 413);
}

TEST_CASE("a route may have a shorter or longer handler timeout than the server") {
    auto options = loopback();
    options.handler_timeout = 200ms;
    running_server server(options, [](http::router& r) {
        add(r, "/quick", never, {.handler_timeout = 50ms});
        add(r, "/patient", never, {.handler_timeout = 1h});
    });
    client patient(server.port());
    patient.send(post("/patient", ""));
    CHECK(client(server.port()).call(post("/quick", "")).status == 503);
    CHECK(client(server.port()).call(get("/stuck")).status == 503);
    CHECK(server.served().size() == 2);
}

TEST_CASE("a route may have a shorter or longer body timeout than the server") {
    auto options = loopback();
    options.body_timeout = 200ms;
    running_server server(options, [](http::router& r) {
        add(r, "/quick", size_of_body, {.body_timeout = 50ms});
        add(r, "/patient", size_of_body, {.body_timeout = 1h});
    });
    client patient(server.port());
    patient.send(unfinished_post("/patient"));
    client quick(server.port());
    quick.send(unfinished_post("/quick"));
    CHECK(quick.receive().status == 408);
    client usual(server.port());
    usual.send(unfinished_post("/echo"));
    CHECK(usual.receive().status == 408);
    patient.send("y");
    CHECK(patient.receive().body == "2");
}

TEST_CASE("a guard's response keeps the connection, and the next request may pass") {
    running_server server(loopback(), [](http::router& r) {
        http::route_options o;
        o.guards = {only_with_key()};
        add(r, "/guarded", principal, o);
    });
    client c(server.port());
    CHECK(c.call(post("/guarded", "body")).status == 401);
    CHECK(c.call(post("/guarded", "body", "Key: me\r\n")).body == "me");
    CHECK(c.call(post("/guarded", "body")).status == 401);
    CHECK(server.served().front().pattern == "/guarded");
}

TEST_CASE("a client waiting for 100 Continue sends no body if a guard rejects") {
    running_server server(loopback(), [](http::router& r) {
        http::route_options o;
        o.guards = {only_with_key()};
        add(r, "/guarded", size_of_body, o);
    });
    client c(server.port());
    CHECK(c.call("POST /guarded HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").status ==
          401);
    CHECK(c.closed());
}

TEST_CASE("a large body rejected by a guard is not read") {
    running_server server(loopback(), [](http::router& r) {
        http::route_options o;
        o.guards = {only_with_key()};
        o.body_limit = 1'000'000'000;
        add(r, "/import", size_of_body, o);
    });
    client c(server.port());
    c.send("POST /import HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\nthe beginning");
    auto answer = c.receive();
    CHECK(answer.status == 401);
    CHECK(answer.headers["connection"] == "close");
}

TEST_CASE("a guard's response wins, however large the body") {
    running_server server(loopback(), [](http::router& r) {
        http::route_options o;
        o.guards = {only_with_key()};
        add(r, "/guarded", size_of_body, o);
    });
    client c(server.port());
    c.send("POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\nthe beginning");
    auto answer = c.receive();
    CHECK(answer.status == 401);
    CHECK(answer.headers["connection"] == "close");
    CHECK(client(server.port()).call(post("/absent", std::string(70'000, 'x'))).status == 404);
}

TEST_CASE("a request context has the request id, its trace and a new span") {
    std::string id, trace;
    running_server server(loopback(), [&](http::router& r) {
        r.add(method::get, "/context", [&](http::request& q) -> runtime::task<http::response> {
            id = q.context.request_id;
            trace = q.context.trace.header();
            co_return http::no_content();
        });
    });
    const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    client c(server.port());
    c.call(get("/context", "X-Request-Id: r-7\r\ntraceparent: " + parent + "\r\n"));
    CHECK(id == "r-7");
    CHECK(trace.substr(0, 36) == parent.substr(0, 36));
    CHECK(trace.substr(36, 16) != parent.substr(36, 16));
    CHECK(trace.ends_with("-00"));
    c.call(get("/context"));
    CHECK(id.size() == 16);
    CHECK(trace.size() == parent.size());
    CHECK(trace.substr(3, 32) != parent.substr(3, 32));
}
