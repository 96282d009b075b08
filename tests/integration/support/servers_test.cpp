#include "support/servers.hpp"

#include "support/catch.hpp"

using namespace tidings::support;

TEST_CASE("PostgreSQL accepts connections, and again after a crash and after a stop") {
    postgres_server pg;
    // The protocol's SSLRequest: a PostgreSQL server answers N (no TLS) or S.
    const std::string ssl_request("\0\0\0\x08\x04\xd2\x16\x2f", 8);
    const auto answers = [&] { return raw_exchange(pg.port(), ssl_request, std::chrono::milliseconds(200)) == "N"; };
    CHECK(answers());
    const auto first = pg.pid();

    pg.kill();
    CHECK_THROWS(answers());
    pg.start();
    CHECK(answers());
    CHECK(pg.pid() != first);

    pg.stop();
    CHECK_THROWS(answers());
    pg.start();
    CHECK(answers());
}

TEST_CASE("two PostgreSQL servers run side by side") {
    postgres_server a, b;
    CHECK(a.port() != b.port());
    CHECK(a.url() == "postgresql://tidings@127.0.0.1:" + std::to_string(a.port()) + "/tidings");
}

TEST_CASE("nats-server starts with JetStream, and again on the same port after a crash and after a stop") {
    nats_server nats;
    const auto url = "http://127.0.0.1:" + std::to_string(nats.monitor_port());
    CHECK(http_call("GET", url + "/jsz").body.find("\"max_storage\"") != std::string::npos);
    const auto port = nats.port();

    nats.kill();
    CHECK_THROWS(http_call("GET", url + "/healthz"));
    nats.start();
    CHECK(http_call("GET", url + "/healthz").status == 200);

    nats.stop();
    nats.start();
    CHECK(nats.port() == port);
    CHECK(raw_exchange(port, "PING\r\n", std::chrono::milliseconds(200)).starts_with("INFO"));
}

TEST_CASE("nats-server without JetStream says so") {
    nats_server nats(false);
    const auto info = raw_exchange(nats.port(), "", std::chrono::milliseconds(200));
    CHECK(info.starts_with("INFO"));
    CHECK(info.find("\"jetstream\":true") == std::string::npos);
}
