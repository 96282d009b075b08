// Logins and TLS, with specially configured servers.
#include <fstream>

#include "loop.hpp"

namespace tidings::bus {

namespace {

struct guarded_server {
    support::temp_dir dir;
    std::uint16_t port = support::free_port();
    std::optional<support::process> process;

    void start(const std::string& configuration) {
        std::ofstream(dir.path() / "nats.conf") << "host: 127.0.0.1\nport: " << port << "\n" << configuration;
        const auto log = dir.path() / "log";
        std::filesystem::remove(log);
        process.emplace(support::process::options{{"nats-server", "-c", dir.path() / "nats.conf"}, {}, log, {}});
        REQUIRE(support::eventually([&] { return process->output().find("Server is ready") != std::string::npos; }));
    }
    std::string url(const std::string& login, const std::string& scheme = "nats",
                    const std::string& host = "127.0.0.1") {
        return scheme + "://" + login + host + ":" + std::to_string(port);
    }
    // A self-signed certificate for 127.0.0.1 only.
    std::string tls_configuration() {
        const auto cert = (dir.path() / "cert.pem").string(), key = (dir.path() / "key.pem").string();
        support::process openssl(
            {{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
              "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert},
             {},
             dir.path() / "openssl.log",
             {}});
        REQUIRE(openssl.wait() == 0);
        return "tls { cert_file: \"" + cert + "\"\n key_file: \"" + key + "\" }\n";
    }
};

std::string password(const std::string& word) {
    return "authorization { user: tidings, password: \"" + word + "\" }\n";
}

}  // namespace

TEST_CASE("rejected credentials are retried until they are accepted") {
    guarded_server server;
    server.start(password("new"));
    loop l;
    connection c(l.ctx, quick(server.url("tidings:old@")));
    int ups = 0;
    c.on_connected([&] { ++ups; });
    REQUIRE(l.until([&] { return c.last_error().find("Authorization Violation") != std::string::npos; }));
    CHECK(c.last_error().find("old") == std::string::npos);
    // Well past the second identical error, at which cnats alone gives up.
    l.for_a_while(1s);
    CHECK(ups == 0);
    server.process.reset();
    server.start(password("old"));
    REQUIRE(l.connected(c));
    CHECK(l.flush(c));
}

TEST_CASE("a user that is given beside the URL is logged in, and gets its replies where no other may read") {
    guarded_server server;
    server.start(R"(authorization { users: [
        {user: reader, password: "1", permissions: {publish: ["a", "_INBOX.reader.>"], subscribe: "_INBOX.reader.>"}},
        {user: server, password: "2", permissions: {publish: "_INBOX.reader.>", subscribe: ["a", "_INBOX.server.>"]}}
    ]})");
    const auto as = [&](const char* user, const char* word) {
        auto o = quick(server.url(""));
        o.user = user;
        o.password = word;
        return o;
    };
    loop l;
    connection reader(l.ctx, as("reader", "1")), responder(l.ctx, as("server", "2"));
    REQUIRE(l.connected(reader));
    REQUIRE(l.connected(responder));
    const auto s = responder.subscribe("a", "", [&](message m) { responder.publish(m.reply(), "yes"); });
    REQUIRE(support::eventually([&] {  // once the subscription is there
        const auto answer = l.run(reader.request("a", "", {}, 1s));
        return answer && answer->payload() == "yes";
    }));
    connection wrong(l.ctx, as("reader", "2"));
    REQUIRE(l.until([&] { return wrong.last_error().find("Authorization Violation") != std::string::npos; }));
}

TEST_CASE("what the server does not let a user publish is told once, in its words") {
    guarded_server server;
    server.start(R"(authorization { users: [
        {user: reader, password: "1", permissions: {publish: ["a", "$JS.API.>"], subscribe: "_INBOX.>"}}
    ]})");
    loop l;
    std::vector<std::string> refused;
    auto o = quick(server.url("reader:1@"));
    o.needs_jetstream = true;
    o.on_refused = [&](const std::string& error) { refused.push_back(error); };
    connection c(l.ctx, o);
    REQUIRE(l.connected(c));
    c.publish("a", "allowed");
    c.publish("b", "not allowed");
    c.publish("b", "not allowed");
    REQUIRE(l.until([&] { return !refused.empty(); }));
    CHECK(refused.front() == R"(Permissions Violation for Publish to "b")");
    c.publish("d", "neither");
    REQUIRE(l.until([&] { return refused.size() > 1; }));
    CHECK(refused.size() == 2);
    CHECK(refused.back() == R"(Permissions Violation for Publish to "d")");
}

TEST_CASE("credentials revoked while connected are retried as well") {
    guarded_server server;
    server.start(password("old"));
    loop l;
    connection c(l.ctx, quick(server.url("tidings:old@")));
    REQUIRE(l.connected(c));
    server.process.reset();
    server.start(password("new"));
    REQUIRE(l.until([&] { return c.last_error().find("Authorization Violation") != std::string::npos; }));
    server.process.reset();
    server.start(password("old"));
    REQUIRE(l.connected(c));
}

TEST_CASE("TLS connects only to a server with a trusted certificate") {
    guarded_server server;
    server.start(server.tls_configuration());
    loop l;
    auto o = quick(server.url("", "tls"));
    SECTION("trusted by its CA file") {
        o.ca_file = server.dir.path() / "cert.pem";
        connection c(l.ctx, o);
        REQUIRE(l.connected(c));
        int got = 0;
        const auto s = c.subscribe("a", "", [&](message) { ++got; });
        for (int i = 0; i < 1'000; ++i)
            c.publish("a", std::string(1'000, 'x'));
        CHECK(l.flush(c));
        CHECK(got == 1'000);
    }
    SECTION("unknown to the system CAs") {
        connection c(l.ctx, o);
        REQUIRE(l.until([&] { return !c.last_error().empty(); }));
        l.for_a_while(300ms);
        CHECK_FALSE(c.connected());
    }
    SECTION("issued for another name") {
        o.url = server.url("", "tls", "localhost");
        o.ca_file = server.dir.path() / "cert.pem";
        connection c(l.ctx, o);
        REQUIRE(l.until([&] { return !c.last_error().empty(); }));
        l.for_a_while(300ms);
        CHECK_FALSE(c.connected());
    }
    SECTION("not used without tls://") {
        connection c(l.ctx, quick(server.url("")));
        REQUIRE(l.until([&] { return !c.last_error().empty(); }));
        CHECK_FALSE(c.connected());
    }
}

TEST_CASE("a missing CA or credentials file is a temporary error") {
    support::nats_server server;
    loop l;
    auto o = quick(server.url());
    SECTION("CA") { o.ca_file = "/nonexistent/ca.pem"; }
    SECTION("credentials") { o.credentials_file = "/nonexistent/a.creds"; }
    connection c(l.ctx, o);
    REQUIRE(l.until([&] { return !c.last_error().empty(); }));
    CHECK_FALSE(c.connected());
}

TEST_CASE("an invalid URL is rejected immediately, without showing secrets") {
    loop l;
    try {
        connection c(l.ctx, quick("mqtt://user:secret@host"));
        FAIL("accepted");
    } catch (const std::invalid_argument& e) {
        CHECK(std::string(e.what()).find("host") != std::string::npos);
        CHECK(std::string(e.what()).find("secret") == std::string::npos);
    }
}

}  // namespace tidings::bus
