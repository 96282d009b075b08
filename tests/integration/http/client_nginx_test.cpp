#include "client_nginx.hpp"

#include <set>
#include <sstream>

#include "client_caller.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::reply;

TEST_CASE("nginx closing connections after some requests is not a failure") {
    nginx server({}, "keepalive_requests 100;");
    auto options = local_options();
    options.connections = 4;
    caller client("http://127.0.0.1:" + std::to_string(server.port()), options);
    int left = 2'500, in_flight = 0, good = 0;
    std::function<void(const reply&)> one_more = [&](const reply& r) {
        --in_flight;
        if (r.status == 204) ++good;
        if (left-- <= 0) return;
        ++in_flight;
        client.origin->send(a_post, 10s, [&](const reply& next) { one_more(next); });
    };
    for (int i = 0; i < 4; ++i, ++in_flight, --left)
        client.origin->send(a_post, 10s, [&](const reply& next) { one_more(next); });
    REQUIRE(client.run_until([&] { return in_flight == 0; }));
    CHECK(good == 2'500);
}

TEST_CASE("a thousand requests share one connection to nginx") {
    nginx server({}, "keepalive_requests 1000;");
    caller client("http://127.0.0.1:" + std::to_string(server.port()));
    for (int i = 0; i < 1'001; ++i)
        REQUIRE(client.ask().status == 204);

    std::set<std::string> connections;
    REQUIRE(client.run_until([&] {
        std::istringstream log(server.access_log());
        int lines = 0;
        for (std::string connection, rest; log >> connection >> rest; ++lines)
            connections.insert(connection);
        return lines == 1'001;
    }));
    CHECK(connections.size() == 2);
}

TEST_CASE("nginx rejecting a body before it was sent is a normal response") {
    nginx server({}, "client_max_body_size 1k;");
    caller client("http://127.0.0.1:" + std::to_string(server.port()));
    const std::string huge =
        "POST / HTTP/1.1\r\nHost: peer\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x');
    CHECK(client.ask(huge).status == 413);
    CHECK(client.ask().status == 204);
}
