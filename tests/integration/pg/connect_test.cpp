#include <boost/asio/ip/tcp.hpp>

#include "fixture.hpp"
#include "pg/conninfo.hpp"

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

TEST_CASE("a port where nobody listens is an error at once", "[pg]") {
    const error e = refused(at(at_port("127.0.0.1", tidings::support::free_port())));
    CHECK(e.unavailable());
}

TEST_CASE("a silent peer is given up at the connect timeout", "[pg]") {
    io_context ctx;
    tcp::acceptor silent(ctx, tcp::endpoint(tidings::runtime::asio::ip::address_v4::loopback(), 0));
    const auto began = std::chrono::steady_clock::now();
    const error e = refused(at(at_port("127.0.0.1", silent.local_endpoint().port()), 200ms));
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(e.sqlstate == "08006");
    CHECK(took >= 200ms);
    CHECK(took < 3s);
}

TEST_CASE("a host name is looked up", "[pg]") { CHECK(connects(at_port("localhost", shared_server().port())) == 1); }

TEST_CASE("a name without an address is an error that tells so", "[pg]") {
    const error e = refused(at("postgresql://tidings@no-such-host.invalid/tidings"));
    CHECK(e.unavailable());
}

TEST_CASE("of several hosts the one that answers is used", "[pg]") {
    const std::string dead = std::to_string(tidings::support::free_port());
    const std::string live = std::to_string(shared_server().port());
    CHECK(connects("host=127.0.0.1,localhost port=" + dead + "," + live + " user=tidings dbname=tidings") == 1);
    CHECK(connects("host=localhost,127.0.0.1 port=" + dead + "," + live + " user=tidings dbname=tidings") == 1);
}

TEST_CASE("a database that does not exist is refused by the server", "[pg]") {
    const error e = refused(
        at("postgresql://tidings@127.0.0.1:" + std::to_string(shared_server().port()) + "/there_is_no_such_database"));
    CHECK(std::string(e.what()).find("there_is_no_such_database") != std::string::npos);
}

TEST_CASE("no error text shows a password, not even a piece of one", "[pg]") {
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

TEST_CASE("settings that can never connect are told without any part of a password", "[pg]") {
    struct row {
        const char *conninfo, *problem;
    };
    const auto [conninfo, problem] = GENERATE(
        row{"localhost:5432/tidings", "neither keyword=value"}, row{"http://h/x", "neither keyword=value"},
        row{"mysql://u:hunter2@h/x", "neither keyword=value"}, row{"u:hunter2@h:5432/x", "neither keyword=value"},
        row{"postgresql://u:hunter2@h/x?sslmod=require", "no option 'sslmod'"},
        row{"postgresql://h/x?sslmode=requir", "sslmode must be one of"}, row{"host=h hots=x", "no option 'hots'"},
        row{"host=h password=my hunter2=x", "neither keyword=value"},
        row{"postgresql://h/x?password=a%zzhunter2", "neither keyword=value"},
        row{"postgresql://h:99999/x", "the port is not one of"}, row{"postgresql://h:0/x", "the port is not one of"},
        row{"postgresql://h/x?target_session_attrs=master", "target_session_attrs must be one of"},
        row{"host=h gssencmode=maybe", "gssencmode must be one of"},
        row{"host=h channel_binding=hunter2", "channel_binding must be one of"},
        row{"host=h connect_timeout=hunter2", "connect_timeout is not a number"},
        row{"host=h keepalives=1s", "keepalives is not a number"}, row{"hostaddr=hunter2", "hostaddr is not an IP"},
        row{"host=a,b hostaddr=127.0.0.1", "not as many addresses as hosts"},
        row{"host=a,b port=1,2,3", "not as many ports as hosts"},
        row{"hostaddr=127.0.0.1,127.0.0.2 port=1,2,3", "not as many ports as hosts"},
        row{"postgresql://u:12/hunter2@h/x", "percent-encode the password"},
        row{"postgresql://u:/hunter2@h", "percent-encode the password"});
    CAPTURE(conninfo);
    const auto found = tidings::pg::conninfo_problem(conninfo);
    CHECK(found.find(problem) != std::string::npos);
    CHECK(found.find("hunter2") == std::string::npos);
}

TEST_CASE("settings that may connect have no problem and are shown without login", "[pg]") {
    CHECK(tidings::pg::conninfo_problem("postgresql://u:p%40@h/x?sslmode=require") == "");
    CHECK(tidings::pg::conninfo_problem("host=a,b hostaddr=127.0.0.1,::1 connect_timeout=-1 keepalives=0") == "");
    CHECK(tidings::pg::conninfo_problem("host=a,b port=1,2 dbname=x password='it is'") == "");
    CHECK(tidings::pg::conninfo_problem("hostaddr=127.0.0.1,127.0.0.2 port=1,2 dbname=x") == "");
    CHECK(tidings::pg::conninfo_problem("host=h dbname='a/b@c'") == "");
    CHECK(tidings::pg::conninfo_target("postgresql://u:hunter2@h/x") == "h:5432/x");
    CHECK(tidings::pg::conninfo_target("host=a,b port=1,2 dbname=x password=hunter2") == "a:1,b:2/x");
}

TEST_CASE("a server that refuses the login or the database is told from one that is away", "[pg]") {
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

TEST_CASE("a connection that others could read is told from one that they cannot") {
    struct row {
        const char* conninfo;
        bool readable;
    };
    const row rows[] = {
        {"", false},
        {"host=127.0.0.1", false},
        {"host=localhost", false},
        {"host=::1", false},
        {"host=/run/postgresql", false},
        {"postgresql://tidings@127.0.0.1:5432/tidings", false},
        {"host=db", true},
        {"host=10.0.0.5", true},
        {"host=db hostaddr=127.0.0.1", false},
        {"host=localhost hostaddr=10.0.0.5", true},
        {"host=127.0.0.1,db", true},
        {"postgresql://tidings@db/tidings", true},
        {"host=db sslmode=disable", true},
        {"host=db sslmode=allow", true},
        {"host=db sslmode=prefer", true},
        {"host=db sslmode=require", false},
        {"host=db sslmode=verify-ca", false},
        {"postgresql://db/tidings?sslmode=verify-full", false},
        {"no conninfo", false},
    };
    for (const auto& [conninfo, readable] : rows) {
        INFO(conninfo);
        CHECK(readable_on_the_way(conninfo) == readable);
    }
    ::setenv("PGSSLMODE", "verify-full", 1);
    CHECK_FALSE(readable_on_the_way("host=db"));
    CHECK(readable_on_the_way("host=db sslmode=prefer"));
    ::unsetenv("PGSSLMODE");
    CHECK(readable_on_the_way("host=db"));
}
