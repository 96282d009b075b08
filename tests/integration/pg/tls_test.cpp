#include <cstdlib>

#include "fixture.hpp"
#include "support/query.hpp"

using namespace tidings::pg;

namespace {

// One that proves to be "localhost", by a certificate that it has signed itself.
struct server_with_tls {
    tidings::support::temp_dir dir;
    tidings::support::postgres_server server;

    server_with_tls() {
        const auto where = dir.path().string();
        const auto command =
            "cd " + where +
            " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
            " -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key -out certificate"
            " >log 2>&1 && chmod 755 . && chmod 600 key && { [ $(id -u) != 0 ] || chown postgres key; }";
        REQUIRE(std::system(command.c_str()) == 0);
        tidings::support::query(server.url(), "alter system set ssl_cert_file = '" + where + "/certificate'");
        tidings::support::query(server.url(), "alter system set ssl_key_file = '" + where + "/key'");
        tidings::support::query(server.url(), "alter system set ssl = on");
        server.stop();
        server.start();
    }
    std::string url(const std::string& host, const std::string& mode) const {
        return "postgresql://tidings@" + host + ":" + std::to_string(server.port()) + "/tidings?sslmode=" + mode;
    }
    std::string certificate() const { return (dir.path() / "certificate").string(); }
};

// What `conninfo` ends with: the protocol of the connection's TLS, or why there is none.
std::string connects(const std::string& conninfo, bool& refused) {
    io_context ctx;
    std::string outcome;
    run(ctx, [&]() -> task<> {
        try {
            connect_options o;
            o.conninfo = conninfo;
            const auto c = co_await connection::open(ctx, o);
            const rows r = co_await c->execute("select version from pg_stat_ssl where pid = pg_backend_pid()");
            outcome = r.text(0, 0);
            refused = false;
        } catch (const error& e) {
            outcome = e.what();
            refused = e.refused();
        }
    });
    return outcome;
}

class trusted_here {  // what this process takes as the system's certificates
  public:
    explicit trusted_here(const std::string& file) { ::setenv("SSL_CERT_FILE", file.c_str(), 1); }
    ~trusted_here() { ::unsetenv("SSL_CERT_FILE"); }
};

}  // namespace

TEST_CASE("a server is believed by the certificates that the system trusts, and nobody waits for another", "[pg]") {
    const server_with_tls one;
    bool refused = false;
    const auto untrusted = connects(one.url("localhost", "verify-full"), refused);
    CHECK(untrusted.find("certificate verify failed") != std::string::npos);
    CHECK(refused);
    {
        const trusted_here the_system(one.certificate());
        CHECK(connects(one.url("localhost", "verify-full"), refused).starts_with("TLSv1."));
        const auto another = connects(one.url("127.0.0.1", "verify-full"), refused);
        CHECK(another.find("127.0.0.1") != std::string::npos);
        CHECK(refused);
    }
    CHECK(connects(one.url("localhost", "verify-full") + "&sslrootcert=" + one.certificate(), refused)
              .starts_with("TLSv1."));
}

TEST_CASE("a server without the TLS that is asked for is refused, not waited for", "[pg]") {
    bool refused = false;
    const auto url = shared_server().url() + "?sslmode=require";
    CHECK(connects(url, refused).find("does not support SSL") != std::string::npos);
    CHECK(refused);
}
