// What is being done with a token when it is revoked or expires.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "people.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

namespace asio = boost::asio;

// A request that takes its time.
struct slow_exchange {
    asio::io_context ctx;
    asio::ip::tcp::socket socket{ctx};

    slow_exchange(const backend& be, const std::string& line, const std::string& token, const std::string& more) {
        socket.connect({asio::ip::address_v4::loopback(), be.port()});
        send(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n" +
             more + "\r\n");
    }
    void send(const std::string& bytes) {
        boost::system::error_code gone;
        asio::write(socket, asio::buffer(bytes), gone);
    }
    std::string rest() {
        std::string text;
        boost::system::error_code ended;
        asio::read(socket, asio::dynamic_buffer(text), ended);
        return text;
    }
};

constexpr const char* lines = "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";

// More than one commit.
std::string chunk_of_todos() {
    std::string text;
    for (int i = 0; i < 1'500; ++i)
        text += "milk\n";
    return "1d4c\r\n" + text + "\r\n";
}

std::string count_of(const servers& world, const person& p) {
    return support::query(world.postgres.url(), "select count(*) from todos where owner = " + p.user).at(0).at(0);
}

void revoke(const servers& world, const person& p) {
    support::query(world.postgres.url(), "delete from access_tokens where owner = " + p.user + " returning 1");
}

std::string import_until_refused(slow_exchange& import) {
    support::eventually([&] {
        import.send(chunk_of_todos());
        return import.socket.available() > 0;
    });
    return import.socket.available() > 0 ? import.rest() : std::string("not refused");
}

}  // namespace

TEST_CASE("an import ends with the token by which it was begun, and says how far it got") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    slow_exchange import(be, "POST /api/todos:import", ann.token, lines);
    import.send(chunk_of_todos());
    REQUIRE(support::eventually([&] { return count_of(world, ann) == "1000"; }));
    revoke(world, ann);
    const auto answer = import_until_refused(import);
    INFO(answer);
    CHECK(answer.starts_with("HTTP/1.1 401 "));
    CHECK(answer.find("to-dos created so far: " + count_of(world, ann)) != std::string::npos);
}

TEST_CASE("an import ends when its token expires") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    slow_exchange import(be, "POST /api/todos:import", ann.new_token("todos:write", "now() + interval '2 seconds'"),
                         lines);
    CHECK(import_until_refused(import).starts_with("HTTP/1.1 401 "));
}

TEST_CASE("a file is cut short when the token by which it is read is revoked") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    support::query(
        world.postgres.url(),
        "insert into todos (id, title, done, priority, labels, version, created_at, updated_at, notes, "
        "owner) select gen_random_uuid(), 'milk', false, 'none', '{}', 1, now(), now(), repeat('x', 4000), " +
            ann.user + " from generate_series(1, 12000) returning 1");
    slow_exchange file(be, "GET /api/todos:export?format=csv", ann.token, "");
    REQUIRE(support::eventually([&] { return file.socket.available() > 0; }));
    revoke(world, ann);
    REQUIRE(support::eventually([&] { return ann.call(be, "GET", "/api/todos?limit=1").status == 401; }));
    const auto read = file.rest();
    CHECK(read.starts_with("HTTP/1.1 200 "));
    CHECK_FALSE(read.ends_with("\r\n0\r\n\r\n"));
}
