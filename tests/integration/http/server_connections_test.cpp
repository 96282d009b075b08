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

bool connect_with(int fd, std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
}

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect_with(fd, port)) return fd;
    ::close(fd);
    return -1;
}

// Waits at most two seconds.
std::string first_bytes(int fd, std::size_t n) {
    const timeval patience{2, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string bytes(n, '\0');
    const auto got = ::recv(fd, bytes.data(), n, MSG_WAITALL);
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
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

// Prevents this process from opening descriptors while it exists.
class no_descriptors {
  public:
    explicit no_descriptors(rlim_t limit = 3) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = limit;
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("connections over the limit get 503 and others are served") {
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

TEST_CASE("running out of descriptors neither ends the server nor makes it spin") {
    running_server server;
    client before(server.port());
    CHECK(before.call(get("/echo")).status == 200);
    const int waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto cpu = cpu_seconds();
    {
        const no_descriptors none;
        REQUIRE(connect_with(waiting, server.port()));
        const auto until = std::chrono::steady_clock::now() + 500ms;
        support::eventually([&] { return std::chrono::steady_clock::now() > until; });
        CHECK(before.call(get("/echo")).status == 200);
    }
    CHECK(cpu_seconds() - cpu < 0.3);
    CHECK(support::eventually([&] { return server.connections() == 2; }));
    ::close(waiting);
}

TEST_CASE("each of very many connections over the limit gets an immediate response") {
    auto options = loopback();
    options.connection_limit = 1;
    std::vector<std::string> reported;
    options.on_full = [&reported](const std::string& text) { reported.push_back(text); };
    running_server server(options);
    client first(server.port());
    CHECK(first.call(get("/echo")).status == 200);
    std::vector<std::unique_ptr<client>> others;
    for (int i = 0; i < 600; ++i)
        others.push_back(std::make_unique<client>(server.port()));
    const auto start = std::chrono::steady_clock::now();
    for (auto& c : others)
        CHECK(c->receive().status == 503);
    CHECK(std::chrono::steady_clock::now() - start < 2s);
    std::vector<std::string> seen;
    server.on_loop([&] { seen = reported; });
    REQUIRE_FALSE(seen.empty());
    CHECK_THAT(seen[0], Catch::Contains("all 1 connections are in use"));
}

TEST_CASE("clients without a free descriptor get an immediate response") {
    auto options = loopback();
    std::vector<std::string> reported;
    options.on_full = [&reported](const std::string& text) { reported.push_back(text); };
    running_server server(options);
    client before(server.port());
    CHECK(before.call(get("/echo")).status == 200);
    std::vector<int> waiting;
    for (int i = 0; i < 40; ++i)
        waiting.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    std::vector<int> filling;
    {
        const no_descriptors none(static_cast<rlim_t>(waiting.back()) + 20);
        for (int fd = 0; (fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;)
            filling.push_back(fd);
        for (const int fd : waiting)
            REQUIRE(connect_with(fd, server.port()));
        for (const int fd : waiting)
            CHECK(first_bytes(fd, 12) == "HTTP/1.1 503");
        CHECK(before.call(get("/echo")).status == 200);
    }
    for (const auto& fds : {waiting, filling}) {
        for (const int fd : fds)
            ::close(fd);
    }
    std::vector<std::string> seen;
    server.on_loop([&] { seen = reported; });
    REQUIRE_FALSE(seen.empty());
    CHECK_THAT(seen[0], Catch::Contains("no descriptors are left"));
    CHECK(client(server.port()).call(get("/echo")).status == 200);
}

TEST_CASE("thousands of idle connections use little memory and do not slow down others") {
    // Both ends are in this process: fewer if its limit is lower.
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

TEST_CASE("the error names a port in use") {
    running_server server;
    runtime::asio::io_context ctx;
    auto options = loopback();
    options.port = server.port();
    CHECK_THROWS_WITH(http::server(ctx, options, http::router()),
                      Catch::Contains("127.0.0.1:" + std::to_string(server.port())));
}
