#include "client_caller.hpp"
#include "client_peer.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::transport_error;

namespace {

// Answers every request of every connection with the same bytes.
peer::script always(std::string bytes) {
    return [bytes = std::move(bytes)](peer_connection& c, int) {
        while (!c.read_request().empty())
            c.send(bytes);
    };
}

}  // namespace

TEST_CASE("requests follow each other on one connection") {
    peer p(always(ok_response));
    caller client(p.url());
    for (int i = 0; i < 20; ++i) {
        const auto r = client.ask();
        REQUIRE(r.error == transport_error::none);
        CHECK(r.status == 200);
        CHECK(r.body == "ok");
        CHECK(r.took < 5s);
    }
    CHECK(p.accepted() == 1);
}

TEST_CASE("a request arrives byte for byte") {
    std::string seen;
    peer p([&seen](peer_connection& c, int) {
        seen = c.read_request();
        c.send(ok_response);
    });
    caller client(p.url());
    std::string body(300'000, '\0');
    for (std::size_t i = 0; i < body.size(); ++i)
        body[i] = static_cast<char>(i * 7);
    const auto request = "POST /x HTTP/1.1\r\nHost: peer\r\nContent-Length: 300000\r\n\r\n" + body;
    CHECK(client.ask(request).status == 200);
    CHECK(seen == request);
}

TEST_CASE("a connection is not reused if the response forbids it") {
    const std::string rows[] = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nleft over",
        "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, 'x'),
    };
    for (const auto& bytes : rows) {
        INFO(bytes.substr(0, 60));
        peer p(always(bytes));
        caller client(p.url());
        CHECK(client.ask().status == 200);
        CHECK(client.ask().status == 200);
        CHECK(p.accepted() == 2);
    }
}

TEST_CASE("a body beyond the limit is cut at the limit") {
    peer p(always("HTTP/1.1 500 x\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x')));
    auto options = local_options();
    options.response_limit = 100;
    caller client(p.url(), options);
    const auto r = client.ask();
    CHECK(r.error == transport_error::none);
    CHECK(r.status == 500);
    CHECK(r.body == std::string(100, 'x'));
    CHECK(r.body_cut);
}

TEST_CASE("an endless body is also cut at the limit") {
    peer p([](peer_connection& c, int) {
        c.read_request();
        c.send("HTTP/1.1 200 OK\r\n\r\n");
        while (c.send(std::string(10'000, 'x'))) {
        }
    });
    caller client(p.url());
    const auto r = client.ask();
    CHECK(r.body.size() == 4096);
    CHECK(r.body_cut);
}

TEST_CASE("a body delimited by the end of the connection is complete") {
    peer p([](peer_connection& c, int) {
        c.read_request();
        c.send("HTTP/1.1 200 OK\r\n\r\nall of it");
        c.close();
    });
    caller client(p.url());
    const auto r = client.ask();
    CHECK(r.error == transport_error::none);
    CHECK(r.body == "all of it");
    CHECK_FALSE(r.body_cut);
}

TEST_CASE("a head of nearly 300 KiB is accepted, a longer one is malformed") {
    peer small(always("HTTP/1.1 200 OK\r\nX: " + std::string(300'000, 'y') + "\r\nContent-Length: 0\r\n\r\n"));
    CHECK(caller(small.url()).ask().status == 200);
    peer large(always("HTTP/1.1 200 OK\r\nX: " + std::string(310'000, 'y') + "\r\nContent-Length: 0\r\n\r\n"));
    CHECK(caller(large.url()).ask().error == transport_error::malformed_response);
}

TEST_CASE("garbage is malformed") {
    peer p(always("220 mail.example ESMTP\r\n"));
    const auto r = caller(p.url()).ask();
    CHECK(r.error == transport_error::malformed_response);
    CHECK(r.status == 0);
    CHECK_FALSE(r.reason.empty());
}

TEST_CASE("Retry-After is reported for 429 and 503 only") {
    const auto asked = [](const std::string& status) {
        peer p(always("HTTP/1.1 " + status + " x\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"));
        return caller(p.url()).ask().retry_after;
    };
    CHECK(asked("429") == "120");
    CHECK(asked("503") == "120");
    CHECK(asked("301").empty());
}

TEST_CASE("an early response counts, and closes the connection") {
    peer p([](peer_connection& c, int) {
        c.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
        c.read_nothing();
    });
    caller client(p.url());
    const std::string huge =
        "POST / HTTP/1.1\r\nHost: peer\r\nContent-Length: 30000000\r\n\r\n" + std::string(30'000'000, 'x');
    const auto r = client.ask(huge);
    CHECK(r.error == transport_error::none);
    CHECK(r.status == 413);
    CHECK(client.ask(huge).status == 413);
    CHECK(p.accepted() == 2);
}

TEST_CASE("a connection that ends in mid-response is `closed`") {
    const char* const rows[] = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"};
    for (const auto* bytes : rows) {
        for (const bool hard : {false, true}) {
            INFO("after \"" << bytes << (hard ? "\", with a reset" : "\""));
            peer p([bytes, hard](peer_connection& c, int) {
                c.read_request();
                c.send(bytes);
                c.close(hard);
            });
            caller client(p.url());
            const auto r = client.ask();
            CHECK(r.error == transport_error::closed);
            CHECK_FALSE(r.reason.empty());
            CHECK(p.accepted() == 1);
        }
    }
}

TEST_CASE("a kept-alive connection closed instead of a response is replaced") {
    for (const bool hard : {false, true}) {
        peer p([hard](peer_connection& c, int number) {
            while (!c.read_request().empty()) {
                c.send(ok_response);
                if (number > 1) continue;
                c.read_request();
                return c.close(hard);
            }
        });
        caller client(p.url());
        CHECK(client.ask().status == 200);
        const auto r = client.ask();
        CHECK(r.error == transport_error::none);
        CHECK(r.status == 200);
        CHECK(p.accepted() == 2);
    }
}

TEST_CASE("a request is retried at most once") {
    peer p([](peer_connection& c, int number) {
        c.read_request();
        if (number == 1) {
            c.send(ok_response);
            c.read_request();
        }
        c.close();
    });
    caller client(p.url());
    CHECK(client.ask().status == 200);
    CHECK(client.ask().error == transport_error::closed);
    CHECK(p.accepted() == 2);
}

TEST_CASE("a request is not retried once a response byte has arrived") {
    peer p([](peer_connection& c, int) {
        c.read_request();
        c.send(ok_response);
        c.read_request();
        c.send("H");
        c.close();
    });
    caller client(p.url());
    CHECK(client.ask().status == 200);
    CHECK(client.ask().error == transport_error::closed);
    CHECK(p.accepted() == 1);
}
