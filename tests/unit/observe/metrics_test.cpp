#include "observe/metrics.hpp"

#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "runtime/version.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"
#include "support/tcp_stream.hpp"

using namespace tidings;

TEST_CASE("metrics are served as Prometheus text") {
    observe::metrics m("broadcaster");
    m.counter("broadcaster_webhook_requests_total", "Webhook attempts.", {{"endpoint", "a"}, {"outcome", "ok"}}).add();
    m.gauge("broadcaster_nats_connected", "1 when connected.").set(1);
    m.histogram("broadcaster_request_duration_seconds", "Duration.").observe(0.003);
    const auto port = m.serve(0);
    REQUIRE(port != 0);

    const auto answer = support::http_call("GET", "http://127.0.0.1:" + std::to_string(port) + "/metrics");
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type").starts_with("text/plain"));
    const auto value = [&](const std::string& series) { return support::metric_value(answer.body, series); };
    CHECK(value(R"(broadcaster_webhook_requests_total{endpoint="a",outcome="ok"})") == 1.0);
    CHECK(value("broadcaster_nats_connected") == 1.0);
    CHECK(value("broadcaster_request_duration_seconds_count") == 1.0);
    CHECK(value(R"(broadcaster_request_duration_seconds_bucket{le="0.005"})") == 1.0);
    CHECK(value(R"(broadcaster_request_duration_seconds_bucket{le="0.0025"})") == 0.0);
    CHECK(value("process_resident_memory_bytes").value_or(0) > 1e6);
}

TEST_CASE("the same name and labels are the same time series") {
    observe::metrics m("t");
    m.counter("a_total", "A.", {{"x", "1"}, {"y", "2"}}).add(2);
    m.counter("a_total", "A.", {{"y", "2"}, {"x", "1"}}).add(3);
    m.counter("a_total", "A.", {{"x", "2"}, {"y", "2"}}).add(7);
    CHECK(support::metric_value(m.text(), R"(a_total{x="1",y="2"})") == 5.0);
    CHECK(support::metric_value(m.text(), R"(a_total{x="2",y="2"})") == 7.0);
}

TEST_CASE("a gauge goes up and down") {
    observe::metrics m("t");
    auto g = m.gauge("g", "G.");
    g.set(5);
    g.add(-7);
    CHECK(support::metric_value(m.text(), "g") == -2.0);
}

TEST_CASE("a default-constructed handle counts nothing") {
    observe::counter().add();
    observe::gauge().set(1);
    observe::gauge().add(1);
    observe::histogram().observe(1);
    SUCCEED();
}

TEST_CASE("an invalid name is rejected and reported") {
    observe::metrics m("t");
    CHECK_THROWS_WITH(m.counter("a-b", "A."), "'a-b' is not a valid metric name");
    CHECK_THROWS_WITH(m.counter("1a", "A."), "'1a' is not a valid metric name");
    CHECK_THROWS_WITH(m.gauge("", "A."), "'' is not a valid metric name");
    CHECK_THROWS_WITH(m.gauge("a", "A.", {{"x:y", "1"}}), "'x:y' is not a valid label name of a");
    CHECK_THROWS_WITH(m.histogram("a", "A.", {{"le", "1"}}), "'le' is not a valid label name of a");
    CHECK_THROWS_AS(m.gauge("a", "A.", {{"__x", "1"}}), std::invalid_argument);
}

TEST_CASE("one name cannot be two kinds of metric") {
    observe::metrics m("t");
    m.counter("a_total", "A.");
    CHECK_THROWS_AS(m.gauge("a_total", "A."), std::invalid_argument);
}

TEST_CASE("process metrics are exported") {
    const std::string text = observe::metrics("todo-be").text();
    const auto value = [&](const std::string& series) { return support::metric_value(text, series).value_or(-1); };
    CHECK(value("process_cpu_seconds_total") >= 0);
    CHECK(value("process_resident_memory_bytes") > 1e6);
    CHECK(value("process_virtual_memory_bytes") >= value("process_resident_memory_bytes"));
    CHECK(value("process_open_fds") >= 3);
    CHECK(value("process_max_fds") >= value("process_open_fds"));
    CHECK(value("process_threads") >= 1);
    CHECK(value("process_start_time_seconds") > 1.7e9);
    CHECK(text.find("build_info{commit=\"" + std::string(runtime::commit()) + "\",service=\"todo-be\",version=\"") !=
          std::string::npos);
}

TEST_CASE("a port in use is reported") {
    observe::metrics first("t");
    const auto port = first.serve(0);
    observe::metrics second("t");
    CHECK_THROWS_WITH(second.serve(port), Catch::Contains("port " + std::to_string(port)));
}

TEST_CASE("serving metrics does not delay the exit") {
    std::uint16_t port = 0;
    std::chrono::steady_clock::time_point start;
    {
        observe::metrics m("t");
        port = m.serve(0);
        REQUIRE(support::http_call("GET", "http://127.0.0.1:" + std::to_string(port) + "/metrics").status == 200);
        start = std::chrono::steady_clock::now();
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1500));
    CHECK_THROWS(support::http_call("GET", "http://127.0.0.1:" + std::to_string(port) + "/metrics"));
}

TEST_CASE("silent and slow clients do not block the metrics") {
    observe::metrics m("t");
    for (int i = 0; i < 3'000; ++i)  // more than the socket buffers hold for a client that does not read
        m.counter("a_total", "A.", {{"x", std::string(300, 'x') + std::to_string(i)}});
    const auto port = std::to_string(m.serve("127.0.0.1", 0));
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    std::vector<std::unique_ptr<support::tcp_stream>> others;
    for (int i = 0; i < 200; ++i) {
        others.push_back(std::make_unique<support::tcp_stream>("127.0.0.1", port, until));
        if (i % 2 == 0) others.back()->write(i % 4 == 0 ? "G" : "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        if (i % 50 != 49) continue;
        const auto start = std::chrono::steady_clock::now();
        CHECK(support::http_call("GET", "http://127.0.0.1:" + port + "/metrics").status == 200);
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
    }
}

TEST_CASE("metrics support HEAD and reject other requests") {
    observe::metrics m("t");
    const auto port = std::to_string(m.serve("127.0.0.1", 0));
    const auto ask = [&port](const std::string& request) {
        support::tcp_stream stream("127.0.0.1", port, std::chrono::steady_clock::now() + std::chrono::seconds(20));
        stream.write(request);
        std::string all;
        while (stream.read_some(all))
            continue;
        return all;
    };
    const auto head = ask("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK(ask("GET /metrics?name[]=x HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 "));
    CHECK(ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 404 "));
    CHECK(ask("GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 404 "));
    CHECK(ask("PUT /metrics HTTP/1.1\r\nContent-Length: 1\r\n\r\na").find("\r\nAllow: GET, HEAD\r\n") !=
          std::string::npos);
    CHECK(ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(ask("\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(ask("GET /metrics HTTP/1.1\r\nX: " + std::string(9'000, 'x')).starts_with("HTTP/1.1 431 "));
}

TEST_CASE("metrics can be served on IPv6 or on one address only") {
    observe::metrics m("t");
    const auto port = std::to_string(m.serve("::1", 0));
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    support::tcp_stream stream("::1", port, until);
    stream.write("GET /metrics HTTP/1.1\r\n\r\n");
    std::string bytes;
    CHECK(stream.read_some(bytes));
    CHECK(bytes.starts_with("HTTP/1.1 200 "));
    CHECK_THROWS(support::tcp_stream("127.0.0.1", port, until));
    CHECK_THROWS_WITH(m.serve("no address", 0), Catch::Contains("no address"));
}

TEST_CASE("label values are escaped") {
    observe::metrics m("t");
    m.gauge("g", "G.", {{"x", "a\"b\\c\nd"}}).set(1);
    CHECK(m.text().find(R"(g{x="a\"b\\c\nd"} 1)") != std::string::npos);
}

TEST_CASE("a table has a number for each of its names and values of the label") {
    observe::metrics m("t");
    using kind = observe::series_table::kind;
    auto& t = m.table("endpoint", {{"pending", "P.", kind::gauge}, {"done_total", "D.", kind::counter}});
    t.of("a").set(0, 2.5);
    t.of("a").add(1);
    t.of("a").add(1, 2);
    t.of("with \"quotes\"").set(0, 1);
    const auto text = m.text();
    CHECK(support::metric_value(text, R"(pending{endpoint="a"})") == 2.5);
    CHECK(support::metric_value(text, R"(done_total{endpoint="a"})") == 3.0);
    CHECK(support::metric_value(text, R"(done_total{endpoint="with \"quotes\""})") == 0.0);
    CHECK(text.find("# HELP pending P.\n# TYPE pending gauge\npending{") != text.npos);
    CHECK(text.find("# TYPE done_total counter\n") != text.npos);
    t.remove("a");
    CHECK_FALSE(support::metric_value(m.text(), R"(pending{endpoint="a"})"));
}

TEST_CASE("a table is found again by its first name, and takes valid names only") {
    observe::metrics m("t");
    using kind = observe::series_table::kind;
    auto& t = m.table("l", {{"x", "X.", kind::gauge}});
    CHECK(&m.table("l", {{"x", "X.", kind::gauge}}) == &t);
    CHECK_THROWS_AS(m.table("l", {{"not a name", "", kind::gauge}}), std::invalid_argument);
    CHECK_THROWS_AS(m.table("le", {{"y", "", kind::gauge}}), std::invalid_argument);
}

TEST_CASE("a series that is forgotten ends, and others stay") {
    observe::metrics m("test");
    for (const auto* const name : {"a", "b"}) {
        m.counter("some_total", "Some.", {{"endpoint", name}, {"outcome", "x"}}).add();
        m.histogram("took_seconds", "How long.", {{"endpoint", name}}).observe(0.1);
    }
    m.forget_counter("some_total", "Some.", {{"endpoint", "a"}, {"outcome", "x"}});
    m.forget_counter("some_total", "Some.", {{"endpoint", "a"}, {"outcome", "none"}});
    m.forget_histogram("took_seconds", "How long.", {{"endpoint", "a"}});
    CHECK(m.text().find("endpoint=\"a\"") == std::string::npos);
    CHECK(m.text().find("some_total{endpoint=\"b\",outcome=\"x\"} 1") != std::string::npos);
    CHECK(m.text().find("took_seconds_count{endpoint=\"b\"} 1") != std::string::npos);
}
