#include <boost/asio/ip/tcp.hpp>

#include "fixture.hpp"

using namespace tidings::pg;
using tcp = tidings::runtime::asio::ip::tcp;

namespace {

connect_options at(const std::string& conninfo, std::chrono::milliseconds limit = 5s) {
    connect_options o;
    o.conninfo = conninfo;
    o.connect_timeout = limit;
    return o;
}

error refused(const connect_options& o) {
    io_context ctx;
    std::optional<error> seen;
    run(ctx, [&]() -> task<> { seen = co_await error_of(connection::open(ctx, o)); });
    return *seen;
}

std::string at_port(const std::string& host, std::uint16_t port) {
    return "postgresql://tidings@" + host + ":" + std::to_string(port) + "/tidings";
}

std::int64_t connects(const std::string& conninfo) {
    io_context ctx;
    std::int64_t n = 0;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connection::open(ctx, at(conninfo));
        const rows r = co_await c->execute("select 1");
        n = r.integer(0, 0);
    });
    return n;
}

}  // namespace

TEST_CASE("a port without a listener fails immediately", "[pg]") {
    const error e = refused(at(at_port("127.0.0.1", tidings::support::free_port())));
    CHECK(e.unavailable());
}

TEST_CASE("connecting to a silent peer times out", "[pg]") {
    io_context ctx;
    tcp::acceptor silent(ctx, tcp::endpoint(tidings::runtime::asio::ip::address_v4::loopback(), 0));
    const auto began = std::chrono::steady_clock::now();
    const error e = refused(at(at_port("127.0.0.1", silent.local_endpoint().port()), 200ms));
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(e.sqlstate == "08006");
    CHECK(took >= 200ms);
    CHECK(took < 3s);
}

TEST_CASE("a host name is resolved", "[pg]") { CHECK(connects(at_port("localhost", shared_server().port())) == 1); }

TEST_CASE("a name without addresses is reported as such", "[pg]") {
    const error e = refused(at("postgresql://tidings@no-such-host.invalid/tidings"));
    CHECK(e.unavailable());
}

TEST_CASE("the first reachable of several hosts is used", "[pg]") {
    const std::string dead = std::to_string(tidings::support::free_port());
    const std::string live = std::to_string(shared_server().port());
    CHECK(connects("host=127.0.0.1,localhost port=" + dead + "," + live + " user=tidings dbname=tidings") == 1);
    CHECK(connects("host=localhost,127.0.0.1 port=" + dead + "," + live + " user=tidings dbname=tidings") == 1);
}

TEST_CASE("a missing database is reported by the server", "[pg]") {
    const error e = refused(
        at("postgresql://tidings@127.0.0.1:" + std::to_string(shared_server().port()) + "/there_is_no_such_database"));
    CHECK(std::string(e.what()).find("there_is_no_such_database") != std::string::npos);
}

TEST_CASE("no error text shows any part of a password", "[pg]") {
    const std::string port = std::to_string(tidings::support::free_port());
    for (const std::string& conninfo : {
             "postgresql://tidings:hunter2secret@127.0.0.1:" + port + "/tidings",
             std::string("postgresql://tidings:se/hunter2secret@127.0.0.1/tidings"),
             std::string("postgresql://tidings:hunter2secret/se@127.0.0.1/tidings"),
             std::string("postgresql://tidings:se@hunter2secret@127.0.0.1/tidings"),
             std::string("postgresql://tidings:se?hunter2secret@127.0.0.1/tidings"),
             std::string("host=127.0.0.1 password=se hunter2secret"),
             std::string("host=127.0.0.1 password='hunter2secret"),
             std::string("hunter2secret"),
         }) {
        CAPTURE(conninfo);
        CHECK(std::string(refused(at(conninfo)).what()).find("hunter2secret") == std::string::npos);
    }
}

TEST_CASE("a refused login or database is told apart from an unreachable server", "[pg]") {
    const std::string place = "@127.0.0.1:" + std::to_string(shared_server().port());
    const error database = refused(at("postgresql://tidings" + place + "/there_is_no_such_database"));
    CHECK(database.refused());
    CHECK(database.unavailable());
    CHECK(std::string(database.what()).find("3D000") == std::string::npos);
    CHECK(std::string(database.what()).find("LOCATION") == std::string::npos);
    CHECK(refused(at("postgresql://nobody" + place + "/tidings")).refused());
    const auto nowhere = std::to_string(tidings::support::free_port());
    CHECK_FALSE(refused(at("postgresql://u@127.0.0.1:" + nowhere + "/tidings")).refused());
}

TEST_CASE("connecting can be abandoned in any state", "[pg]") {
    for (int steps = 0; steps < 12; ++steps) {
        io_context ctx;
        tidings::runtime::asio::co_spawn(ctx, connection::open(ctx, options_for(shared_server())),
                                         [](std::exception_ptr, std::unique_ptr<connection>) {});
        for (int i = 0; i < steps; ++i)
            ctx.run_one_for(20ms);
    }
}
