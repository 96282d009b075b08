#include <cstdlib>
#include <fstream>

#include "client_caller.hpp"
#include "client_nginx.hpp"
#include "http/client/fetch.hpp"
#include "runtime/run.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/servers.hpp"

using namespace tidings::test;
namespace support = tidings::support;
using tidings::http::transport_error;

namespace {

// A test CA and its certificates, made with the openssl program.
class authority {
  public:
    authority() {
        run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=Tidings-Test");
        std::ofstream(dir_.path() / "ca.conf")
            << "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\n"
               "default_md=sha256\npolicy=p\ncopy_extensions=copy\n[p]\ncommonName=supplied\n";
        std::ofstream(dir_.path() / "index");
        std::ofstream(dir_.path() / "serial") << "01\n";
    }

    // `names` as in subjectAltName; valid until `end` (YYYYMMDDHHMMSSZ).
    nginx::certificate issue(const std::string& names, const std::string& end = "20991231235959Z") {
        const auto name = "leaf" + std::to_string(++issued_);
        run("req -newkey rsa:2048 -nodes -keyout " + name + ".key -out " + name + ".csr -subj /CN=" + name +
            " -addext subjectAltName=" + names);
        run("ca -batch -config ca.conf -cert ca.pem -keyfile ca.key -startdate 20200101000000Z -enddate " + end +
            " -in " + name + ".csr -out " + name + ".pem -notext");
        return {dir_.path() / (name + ".pem"), dir_.path() / (name + ".key")};
    }

    std::string file() const { return dir_.path() / "ca.pem"; }

  private:
    void run(const std::string& arguments) {
        const auto command = "cd " + dir_.path().string() + " && openssl " + arguments + " >>log 2>&1";
        if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
    }

    tidings::support::temp_dir dir_;
    int issued_ = 0;
};

kept_reply ask(const nginx& server, const std::string& host, const std::string& ca_file, bool verify = true) {
    auto options = local_options();
    options.ca_file = ca_file;
    options.verify_tls = verify;
    return caller("https://" + host + ":" + std::to_string(server.port()), options).ask();
}

tidings::runtime::task<> keep_fetched(tidings::http::fetch_request r, tidings::http::fetched& into) {
    into = co_await tidings::http::fetch(std::move(r));
}

void check_refused(const kept_reply& r, const std::string& reason) {
    CHECK(r.error == transport_error::tls_failed);
    CHECK(r.status == 0);
    CHECK(r.reason == reason);
}

}  // namespace

TEST_CASE("a trusted certificate for the host is accepted, by name and by address") {
    authority ours;
    nginx server(ours.issue("DNS:localhost,IP:127.0.0.1"));
    for (const char* host : {"localhost", "127.0.0.1"}) {
        const auto r = ask(server, host, ours.file());
        CHECK(r.reason == "");
        CHECK(r.status == 204);
    }
}

TEST_CASE("requests follow each other on one TLS connection, small and large") {
    authority ours;
    nginx server(ours.issue("DNS:localhost"), "keepalive_requests 100; client_max_body_size 10m;");
    auto options = local_options();
    options.ca_file = ours.file();
    caller client("https://localhost:" + std::to_string(server.port()), options);
    for (int i = 0; i < 250; ++i)
        REQUIRE(client.ask().status == 204);
    const auto large = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x');
    for (int i = 0; i < 3; ++i)
        CHECK(client.ask(large).status == 204);
}

TEST_CASE("after an early response nothing more is sent, with and without TLS") {
    authority ours;
    for (const bool tls : {false, true}) {
        nginx server(tls ? std::optional(ours.issue("DNS:localhost")) : std::nullopt, "client_max_body_size 1k;");
        auto options = local_options();
        options.ca_file = ours.file();
        caller client((tls ? "https://localhost:" : "http://localhost:") + std::to_string(server.port()), options);
        auto huge = std::make_unique<std::string>("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n" +
                                                  std::string(9'000'000, 'x'));
        unsigned status = 0;
        client.origin->send(*huge, 10s, [&](const tidings::http::reply& r) {
            status = r.status;
            huge.reset();
        });
        REQUIRE(client.run_until([&] { return !huge; }));
        CHECK(status == 413);
        CHECK(client.ask().status == 204);
    }
}

TEST_CASE("a certificate for another host is rejected") {
    authority ours;
    nginx server(ours.issue("DNS:other.example,IP:127.0.0.9"));
    check_refused(ask(server, "localhost", ours.file()), "hostname mismatch");
    check_refused(ask(server, "127.0.0.1", ours.file()), "IP address mismatch");
}

TEST_CASE("an expired certificate is rejected") {
    authority ours;
    nginx server(ours.issue("DNS:localhost", "20240101000000Z"));
    check_refused(ask(server, "localhost", ours.file()), "certificate has expired");
}

TEST_CASE("a certificate of an unknown CA is rejected") {
    authority theirs, ours;
    nginx server(theirs.issue("DNS:localhost"));
    check_refused(ask(server, "localhost", ours.file()), "unable to get local issuer certificate");
    check_refused(ask(server, "localhost", ""), "unable to get local issuer certificate");
}

TEST_CASE("without verification any certificate is accepted") {
    authority theirs;
    nginx server(theirs.issue("DNS:other.example", "20240101000000Z"));
    CHECK(ask(server, "localhost", "", false).status == 204);
}

TEST_CASE("a peer without TLS is tls_failed") {
    nginx server;
    CHECK(ask(server, "localhost", "").error == transport_error::tls_failed);
}

TEST_CASE("a missing client certificate is tls_failed, even after a TLS 1.3 handshake") {
    authority ours;
    const auto certificate = ours.issue("DNS:localhost");
    const auto port = support::free_port();
    const std::string version = GENERATE("-tls1_2", "-tls1_3");
    const support::temp_dir dir;
    const support::process server(
        {.argv = {"/usr/bin/openssl", "s_server", "-accept", std::to_string(port), "-cert", certificate.file, "-key",
                  certificate.key, "-CAfile", ours.file(), "-Verify", "1", "-verify_return_error", "-quiet", version},
         .environment = {},
         .log = dir.path() / "log",
         .user = {}});
    auto options = local_options();
    options.ca_file = ours.file();
    const auto ask_it = [&] { return caller("https://localhost:" + std::to_string(port), options).ask(); };
    kept_reply r;
    REQUIRE(support::eventually([&] { return (r = ask_it()).error != transport_error::connect_failed; }));
    CAPTURE(r.reason);
    CHECK(r.error == transport_error::tls_failed);
    if (version == "-tls1_3") CHECK_THAT(r.reason, Catch::Contains("certificate required"));
}

TEST_CASE("TLS 1.1 is rejected") {
    authority ours;
    nginx server(ours.issue("DNS:localhost"), "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT@SECLEVEL=0;");
    CHECK(ask(server, "localhost", ours.file()).error == transport_error::tls_failed);
}

TEST_CASE("an unreadable CA file fails the request, and is named") {
    auto options = local_options();
    options.ca_file = "/nowhere/ca.pem";
    const auto r = caller("https://localhost:1", options).ask();
    CHECK(r.error == transport_error::tls_failed);
    CHECK(r.reason.find("/nowhere/ca.pem") != r.reason.npos);
}

TEST_CASE("a request in two pieces goes over TLS, larger than a record, and leaves the connection usable") {
    authority ours;
    nginx server(ours.issue("DNS:localhost"));
    auto options = local_options();
    options.ca_file = ours.file();
    caller client("https://localhost:" + std::to_string(server.port()), options);
    for (const std::size_t size : {3U, 40'000U, 300U}) {
        const std::string head =
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
        const std::string body(size, 'x');
        unsigned status = 0;
        client.origin->send({head, body}, 10s, [&](const tidings::http::reply& r) { status = r.status; });
        CHECK(client.run_until([&] { return status != 0; }));
        CHECK(status == 204);
    }
}

TEST_CASE("fetch reads whom to trust for each call, or is told") {
    authority ours;
    const nginx server(ours.issue("DNS:localhost"));
    const auto get = [&](const std::string& ca_file, tidings::http::client_trust trust) {
        boost::asio::io_context ctx{1};
        tidings::http::fetched got;
        tidings::runtime::run(ctx, keep_fetched({.url = "https://localhost:" + std::to_string(server.port()),
                                                 .ca_file = ca_file,
                                                 .trust = std::move(trust)},
                                                got));
        return got;
    };
    CHECK(get(ours.file(), nullptr).status == 204);
    CHECK(get("", nullptr).error == transport_error::tls_failed);
    const auto trust = tidings::http::load_trust(true, ours.file());
    for (int i = 0; i < 3; ++i)
        CHECK(get("/nowhere/ca.pem", trust).status == 204);
}
