#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;

namespace {

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0) return fd;
    ::close(fd);
    return -1;
}

std::size_t resident_bytes() {
    std::size_t all = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Lets this process open no further descriptor, as long as it lives.
class no_descriptors {
  public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 3;
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("connections over the limit are told to come back, and those within it are served") {
    auto options = loopback();
    options.connection_limit = 2;
    running_server server(options);
    std::optional<client> first(server.port()), second(server.port());
    CHECK(first->call(get("/echo")).status == 200);
    CHECK(second->call(get("/echo")).status == 200);
    client third(server.port());
    auto answer = third.call(get("/echo"));
    CHECK(answer.status == 503);
    CHECK(answer.headers["retry-after"] == "1");
    CHECK(answer.headers["content-type"] == "application/problem+json");
    CHECK(third.closed());
    CHECK(first->call(get("/echo")).status == 200);
    second.reset();
    CHECK(support::eventually([&] { return client(server.port()).call(get("/echo")).status == 200; }));
}

TEST_CASE("no free descriptor neither ends the server nor makes it spin") {
    running_server server;
    client before(server.port());
    CHECK(before.call(get("/echo")).status == 200);
    const int waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(server.port());
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto cpu = cpu_seconds();
    {
        const no_descriptors none;
        REQUIRE(::connect(waiting, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
        const auto until = std::chrono::steady_clock::now() + 500ms;
        support::eventually([&] { return std::chrono::steady_clock::now() > until; });
        CHECK(before.call(get("/echo")).status == 200);
    }
    CHECK(cpu_seconds() - cpu < 0.3);
    CHECK(support::eventually([&] { return server.connections() == 2; }));
    ::close(waiting);
}

TEST_CASE("thousands of idle connections cost little memory and do not disturb others") {
    // Both ends are ours. Fewer where one process may not have so many.
    const auto count = std::min<std::size_t>(4'000, (support::raise_descriptor_limit() - 200) / 2);
    running_server server;
    CHECK(client(server.port()).call(get("/echo")).status == 200);
    const auto before = resident_bytes();
    const auto request =
        get("/echo", "User-Agent: a browser with a long name\r\nAccept: text/html, application/json\r\n");
    std::vector<int> idle;
    for (std::size_t i = 0; i < count; ++i) {
        idle.push_back(connect_to(server.port()));
        REQUIRE(idle.back() >= 0);
        REQUIRE(::send(idle.back(), request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()));
    }
    REQUIRE(support::eventually([&] { return server.served().size() == count + 1; }));
    CHECK(client(server.port()).call(get("/echo")).status == 200);
    const auto each = (resident_bytes() - before) / count;
    CAPTURE(each);
#ifndef TIDINGS_SANITIZED
    CHECK(each < 6 * 1024);
#endif
    WARN("bytes for each idle connection: " << each);
    for (const int fd : idle)
        ::close(fd);
    CHECK(support::eventually([&] { return server.connections() == 0; }));
}

TEST_CASE("a taken port is named in the error") {
    running_server server;
    runtime::asio::io_context ctx;
    auto options = loopback();
    options.port = server.port();
    CHECK_THROWS_WITH(http::server(ctx, options, http::router()),
                      Catch::Contains("127.0.0.1:" + std::to_string(server.port())));
}
