#include "http/message/host.hpp"

#include "support/catch.hpp"

using namespace tidings;

TEST_CASE("a Host value is a host with or without a port") {
    const std::string good = GENERATE("a", "a.b", "a:80", "a:", "127.0.0.1:65535", "[::1]", "[::1]:80",
                                      "xn--bcher-kva.example", "a_b", "a%20b", "A.B.", "!$&'()*+,;=~");
    CAPTURE(good);
    CHECK(http::is_host_value(good));
}

TEST_CASE("an invalid Host value is rejected") {
    const std::string bad =
        GENERATE("", ":80", "a b", "u@a", "u@a/b", "a/b", "a?b", "a#b", "a:b", "a:80:80", "a:-1", "a:+1", "a:65536",
                 "a:80 ", "[::1", "::1", "[]", "[::1]x", "[::1%25eth0]", "[127.0.0.1]", "[v1.x]", "\"a\"", "a\tb",
                 "b\xC3\xBC\x63her.example", "a\\b", "<a>");
    CAPTURE(bad);
    CHECK_FALSE(http::is_host_value(bad));
    CHECK_FALSE(http::host_is_local_or_allowed(bad, {bad}));
}

TEST_CASE("a host that cannot be registered is local") {
    const std::string host =
        GENERATE("localhost", "LOCALHOST:8080", "localhost.", "localhost.:80", "todo.localhost", "127.0.0.1",
                 "127.0.0.1:30455", "10.0.0.7:8080", "192.0.2.1", "[::1]", "[::1]:8080", "[2001:db8::1]:80",
                 "[::ffff:127.0.0.1]", "todo-app-be-svc", "todo-app-be-svc:2345", "my_laptop");
    CAPTURE(host);
    CHECK(http::host_is_local_or_allowed(host, {}));
}

TEST_CASE("any other host name is foreign unless allowed") {
    const std::string host =
        GENERATE("evil.example", "evil.example:80", "EVIL.example.", "127.0.0.1.evil.example", "localhost.evil.example",
                 "notlocalhost.x", "evil%2eexample", "xn--lcalhost-54a.example", "127.0.0.1.nip.io", "127.1",
                 "0x7f.0.0.1", "a..b", ".localhost.evil.example", "localhost%00.evil.example");
    CAPTURE(host);
    CHECK_FALSE(http::host_is_local_or_allowed(host, {}));
    CHECK_FALSE(http::host_is_local_or_allowed(host, {"todo.example", "example", "ple"}));
}

TEST_CASE("an allowed name matches with any port and case, but not as a suffix") {
    const std::vector<std::string> allowed{"Todo.Example.", "api.svc.cluster.local"};
    for (const char* host : {"todo.example", "TODO.example:8080", "todo.example.", "api.svc.cluster.local"})
        CHECK(http::host_is_local_or_allowed(host, allowed));
    CHECK(http::host_is_local_or_allowed("evil.example:80", {"todo.example", "*"}));
    for (const char* host : {"evil-todo.example", "a.todo.example", "todo.example.evil", "todo.exampl"})
        CHECK_FALSE(http::host_is_local_or_allowed(host, allowed));
}
