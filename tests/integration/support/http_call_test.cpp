#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings::support;

namespace {

// Sends the same bytes on every connection, whatever the request.
class canned_server {
  public:
    explicit canned_server(const std::string& answer)
        : server_({{"python3", "-u", "-c", script, std::to_string(port_), answer}, {}, dir_.path() / "log", {}}) {
        REQUIRE(eventually([this] { return server_.output().starts_with("ready"); }));
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

  private:
    static constexpr const char* script = R"(
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready")
while True:
    c, _ = s.accept()
    c.recv(65536)
    c.sendall(sys.argv[2].encode())
    c.close()
)";
    temp_dir dir_;
    std::uint16_t port_ = free_port();
    process server_;
};

}  // namespace

TEST_CASE("a response's status, headers and body are read") {
    canned_server server("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-Name:  value\r\n\r\nhi and more");
    const auto answer = http_call("POST", server.url(), "{}", {{"Content-Type", "application/json"}});
    CHECK(answer.status == 201);
    CHECK(answer.header("x-NAME") == "value");
    CHECK(answer.body == "hi");
}

TEST_CASE("a chunked response is decoded") {
    canned_server server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");
    CHECK(http_call("GET", server.url()).body == "abcd");
}

TEST_CASE("100 Continue is skipped and 204 has no body") {
    canned_server server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    CHECK(http_call("DELETE", server.url()).status == 204);
}

TEST_CASE("a refused connection and a truncated response are errors") {
    CHECK_THROWS_AS(http_call("GET", "http://127.0.0.1:" + std::to_string(free_port())), std::runtime_error);
    canned_server server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    CHECK_THROWS_AS(http_call("GET", server.url()), std::runtime_error);
}

TEST_CASE("a metric is found by its exact series") {
    const std::string text = "# TYPE a gauge\na 1.5\na{l=\"x\"} 2\nab 3\n";
    CHECK(metric_value(text, "a") == 1.5);
    CHECK(metric_value(text, "a{l=\"x\"}") == 2.0);
    CHECK(metric_value(text, "b") == std::nullopt);
}
