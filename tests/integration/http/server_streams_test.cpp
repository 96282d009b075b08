// Streamed request bodies.
#include "http/message/problem.hpp"
#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;
using http::method;

namespace {

constexpr std::size_t mebi = 1024 * std::size_t{1024};

struct seen_pieces {
    std::size_t bytes = 0, largest = 0;
    bool intact = true;  // every byte matches its position
    bool failed = false;
};

char byte_at(std::size_t place) { return static_cast<char>('a' + place % 23); }

std::string bytes_from(std::size_t begin, std::size_t count) {
    std::string text(count, ' ');
    for (std::size_t i = 0; i < count; ++i)
        text[i] = byte_at(begin + i);
    return text;
}

void note(seen_pieces& seen, std::string_view piece) {
    for (std::size_t i = 0; i < piece.size(); ++i)
        seen.intact = seen.intact && piece[i] == byte_at(seen.bytes + i);
    seen.bytes += piece.size();
    seen.largest = std::max(seen.largest, piece.size());
}

runtime::task<http::response> read_all(http::request& r, seen_pieces& seen) {
    try {
        for (auto piece = co_await r.stream->next(); !piece.empty(); piece = co_await r.stream->next())
            note(seen, piece);
    } catch (const http::body_error&) {
        seen.failed = true;
        throw;
    }
    co_return http::json_response(200, std::to_string(seen.bytes));
}

http::route_options streamed(std::size_t limit = 100 * mebi) {
    http::route_options o;
    o.body_limit = limit;
    o.stream_body = true;
    return o;
}

// A server with POST /import, which streams its body.
struct importing {
    explicit importing(http::route_options route = streamed(), http::server_options options = loopback())
        : server(std::move(options), [&](http::router& r) {
              r.add(method::post, "/import", [this](http::request& q) { return read_all(q, seen); }, std::move(route));
          }) {}

    seen_pieces now() {
        seen_pieces copy;
        server.on_loop([&] { copy = seen; });
        return copy;
    }

    seen_pieces seen;
    running_server server;
};

std::string head(const std::string& framing, const std::string& more = {}) {
    return "POST /import HTTP/1.1\r\nHost: a\r\n" + more + framing + "\r\n\r\n";
}

}  // namespace

TEST_CASE("a streamed body may be larger than every buffer and the budget") {
    auto options = loopback();
    options.body_budget = mebi;
    importing world(streamed(), options);
    client c(world.server.port());
    const auto size = 20 * mebi;
    c.send(head("Content-Length: " + std::to_string(size)));
    for (std::size_t sent = 0; sent < size; sent += mebi / 2)
        c.send(bytes_from(sent, mebi / 2));
    CHECK(c.receive().body == std::to_string(size));
    CHECK(world.now().intact);
    CHECK(world.now().largest <= 64 * 1024);
    CHECK(c.call(get("/echo")).status == 200);
}

TEST_CASE("a chunked body is read as a stream") {
    importing world;
    client c(world.server.port());
    c.send(head("Transfer-Encoding: chunked"));
    for (std::size_t sent = 0; sent < mebi; sent += 1024)
        c.send("400\r\n" + bytes_from(sent, 1024) + "\r\n");
    c.send("0\r\n\r\n" + get("/empty"));
    CHECK(c.receive().body == std::to_string(mebi));
    CHECK(world.now().intact);
    CHECK(c.receive().status == 204);
}

TEST_CASE("a streamed body may be empty or arrive with its head") {
    importing world;
    client c(world.server.port());
    CHECK(c.call(post("/import", "")).body == "0");
    CHECK(c.call(post("/import", bytes_from(0, 5))).body == "5");
}

TEST_CASE("the server reads no more than the handler requests") {
    auto options = loopback();
    options.body_budget = mebi / 4;  // reading ahead would exceed it
    std::size_t taken = 0;
    bool go_on = false;
    running_server server(options, [&](http::router& r) {
        r.add(
            method::post, "/slow-reader",
            [&](http::request& q) -> runtime::task<http::response> {
                while (!go_on)
                    co_await runtime::sleep_for(1ms);
                for (auto piece = co_await q.stream->next(); !piece.empty(); piece = co_await q.stream->next())
                    taken += piece.size();
                co_return http::no_content();
            },
            streamed());
    });
    client c(server.port());
    const auto size = 64 * mebi;
    c.send("POST /slow-reader HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    std::thread sender([&] {
        for (std::size_t sent = 0; sent < size; sent += mebi)
            c.send(std::string(mebi, 'x'));
    });
    CHECK(client(server.port()).call(get("/echo")).status == 200);
    server.on_loop([&] {
        CHECK(taken == 0);
        go_on = true;
    });
    sender.join();
    CHECK(c.receive().status == 204);
    CHECK(taken == size);
}

TEST_CASE("a response before the end of the body closes the connection") {
    running_server server(loopback(), [](http::router& r) {
        r.add(
            method::post, "/first",
            [](http::request& q) -> runtime::task<http::response> {
                const auto piece = co_await q.stream->next();
                co_return http::problem(422, piece.substr(0, 3));
            },
            streamed());
    });
    client c(server.port());
    c.send("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbad");
    auto answer = c.receive();
    CHECK(answer.status == 422);
    CHECK(answer.headers["connection"] == "close");
}

TEST_CASE("a streamed body has a size limit") {
    importing world(streamed(1'000));
    CHECK(client(world.server.port()).call(head("Content-Length: 1001")).status == 413);
    client c(world.server.port());
    c.send(head("Transfer-Encoding: chunked") + "3E8\r\n" + bytes_from(0, 1'000) + "\r\n");
    CHECK(c.call("1\r\nx\r\n0\r\n\r\n").status == 413);
    CHECK(world.now().failed);
    CHECK(world.server.failures().empty());
}

TEST_CASE("a malformed chunk ends a streamed body with 400") {
    importing world;
    client c(world.server.port());
    c.send(head("Transfer-Encoding: chunked"));
    CHECK(c.call("1\r\nab\r\n0\r\n\r\n").status == 400);
    CHECK(world.now().failed);
}

TEST_CASE("each piece of a streamed body has a deadline, and so has the whole") {
    SECTION("each piece") {
        auto route = streamed();
        route.body_timeout = 100ms;
        importing world(route);
        client c(world.server.port());
        c.send(head("Content-Length: 10") + "abc");
        CHECK(c.receive().status == 408);
        CHECK(world.now().failed);
    }
    SECTION("all of it") {
        auto route = streamed();
        route.body_timeout = 1h;
        route.handler_timeout = 300ms;
        importing world(route);
        client c(world.server.port());
        c.send(head("Content-Length: 10"));
        CHECK(c.receive().status == 408);
        CHECK(world.now().failed);
    }
}

TEST_CASE("a client that disconnects in mid-body ends its handler") {
    importing world;
    {
        client c(world.server.port());
        c.send(head("Content-Length: 10") + "abc");
        REQUIRE(support::eventually([&] { return world.now().bytes == 3; }));
    }
    CHECK(support::eventually([&] { return world.now().failed; }));
    CHECK(support::eventually([&] { return world.server.connections() == 0; }));
    CHECK(world.server.failures().empty());
}

TEST_CASE("100 Continue is sent when the handler reads the body") {
    importing world;
    client c(world.server.port());
    c.send(head("Content-Length: 5", "Expect: 100-continue\r\n"));
    CHECK(c.receive(true).status == 100);
    CHECK(c.call(bytes_from(0, 5)).body == "5");
}

TEST_CASE("a body may end with a carriage return") {
    running_server server;
    client c(server.port());
    c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
    REQUIRE(support::eventually([&] { return server.connections() == 1; }));
    CHECK(c.call("\r").body == "POST|/echo|||a\r");
}
