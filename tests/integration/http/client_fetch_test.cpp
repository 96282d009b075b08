#include <boost/asio/co_spawn.hpp>

#include "client_caller.hpp"
#include "client_peer.hpp"
#include "http/client/fetch.hpp"
#include "runtime/task_group.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;
using http::transport_error;

namespace {

http::fetched get(http::fetch_request r) {
    boost::asio::io_context ctx{1};
    std::optional<http::fetched> result;
    boost::asio::co_spawn(ctx, http::fetch(std::move(r)), [&](const std::exception_ptr& failure, http::fetched f) {
        if (failure) std::rethrow_exception(failure);
        result = std::move(f);
    });
    ctx.run();
    return result.value();
}

http::fetch_request to(const std::string& url) {
    http::fetch_request r;
    r.url = url;
    return r;
}

}  // namespace

TEST_CASE("fetch returns status, headers and body, and follows no redirect") {
    std::string seen;
    peer p([&seen](peer_connection& c, int) {
        seen = c.read_request();
        c.send("HTTP/1.1 302 Found\r\nLocation: /wiki/X\r\nContent-Length: 3\r\n\r\nabc");
    });
    const auto f = get(to(p.url() + "Special:Random?x=1"));
    CHECK(f.error == transport_error::none);
    CHECK(f.status == 302);
    CHECK(f.header("location") == "/wiki/X");
    CHECK(f.header("absent").empty());
    CHECK(f.body == "abc");
    CHECK(seen == "GET /Special:Random?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(p.port()) +
                      "\r\nConnection: close\r\n\r\n");
    CHECK(p.accepted() == 1);
}

TEST_CASE("fetch sends method, headers and body") {
    std::string seen;
    peer p([&seen](peer_connection& c, int) {
        seen = c.read_request();
        c.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    });
    auto r = to(p.url());
    r.method = http::method::post;
    r.headers = {{"Content-Type", "application/json"}};
    r.body = "{}";
    CHECK(get(r).status == 201);
    CHECK(seen.starts_with("POST / HTTP/1.1\r\n"));
    CHECK(seen.find("\r\nContent-Type: application/json\r\n") != seen.npos);
    CHECK(seen.find("\r\nContent-Length: 2\r\n") != seen.npos);
    CHECK(seen.ends_with("\r\n\r\n{}"));
}

TEST_CASE("fetch expects no body for HEAD, and reads a large body completely") {
    const std::string large(700'000, 'x');
    peer p([&large](peer_connection& c, int) {
        const bool head = c.read_request().starts_with("HEAD");
        c.send("HTTP/1.1 200 OK\r\nContent-Length: 700000\r\n\r\n" + (head ? "" : large));
        c.until_closed();
    });
    auto r = to(p.url());
    CHECK(get(r).body == large);
    r.method = http::method::head;
    const auto f = get(r);
    CHECK(f.status == 200);
    CHECK(f.header("content-length") == "700000");
    r.method = http::method::get;
    r.response_limit = 1000;
    CHECK(get(r).error == transport_error::malformed_response);
}

TEST_CASE("fetch returns the headers of the final response, without trailers") {
    peer p([](peer_connection& c, int) {
        c.read_request();
        for (const char byte : std::string_view("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                                "HTTP/1.1 302 Found\r\nLOCATION: /There\r\n"
                                                "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nLate: x\r\n\r\n"))
            c.send(std::string(1, byte));
    });
    const auto f = get(to(p.url()));
    using header = std::pair<std::string, std::string>;
    CHECK(f.headers == std::vector<header>{{"location", "/There"}, {"transfer-encoding", "chunked"}});
    CHECK(f.body == "ab");
}

TEST_CASE("fetch accepts an empty chunked body that arrives in pieces") {
    peer p([](peer_connection& c, int) {
        c.read_request();
        c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (const char* piece : {"0\r\n", "\r", "\n"})
            c.send(piece);
        c.until_closed();
    });
    const auto f = get(to(p.url()));
    CHECK(f.error == transport_error::none);
    CHECK(f.body.empty());
}

TEST_CASE("fetch limits the size of the head and of interim responses") {
    const std::string endless = GENERATE("X: y\r\n", "\r\nHTTP/1.1 103 Early Hints\r\n");
    peer p([&endless](peer_connection& c, int) {
        c.read_request();
        std::string bytes = "HTTP/1.1 200 OK\r\n";
        if (endless.starts_with("\r\n")) bytes = "HTTP/1.1 103 Early Hints\r\n";
        for (int i = 0; i < 10'000; ++i)
            bytes += endless;
        c.send(bytes);
        c.until_closed();
    });
    CHECK(get(to(p.url())).error == transport_error::malformed_response);
}

TEST_CASE("fetch reports each failure") {
    CHECK(get(to("not a URL")).error == transport_error::resolve_failed);
    CHECK(get(to("http://127.0.0.1:1/")).error == transport_error::connect_failed);
    auto r = to("https://127.0.0.1:1/");
    r.ca_file = "/nowhere.pem";
    CHECK(get(r).error == transport_error::tls_failed);

    peer p([](peer_connection& c, int) { c.until_closed(); });
    r = to(p.url());
    r.deadline = 100ms;
    const auto f = get(r);
    CHECK(f.error == transport_error::timeout);
    CHECK_FALSE(f.reason.empty());
}

TEST_CASE("fetch prevents header injection") {
    auto r = to("http://127.0.0.1:1/");
    r.headers = {{"X", "a\r\nY: b"}};
    CHECK_THROWS_AS(get(r), std::invalid_argument);
}

namespace {

runtime::task<> fetch_and_forget(std::string url) { co_await http::fetch(to(url)); }

}  // namespace

TEST_CASE("fetch ends when its task is cancelled") {
    peer p([&p](peer_connection& c, int) {
        c.read_request();
        p.count_request();
        c.until_closed();
    });
    boost::asio::io_context ctx{1};
    runtime::task_group tasks(ctx.get_executor());
    tasks.spawn(fetch_and_forget(p.url()));
    while (p.requests() == 0)
        ctx.run_one_for(10ms);
    tasks.cancel();
    ctx.restart();
    ctx.run();
    CHECK(tasks.size() == 0);
}

TEST_CASE("a fetch in flight ends with its loop") {
    peer p([&p](peer_connection& c, int) {
        c.read_request();
        p.count_request();
        c.until_closed();
    });
    boost::asio::io_context ctx{1};
    boost::asio::co_spawn(ctx, fetch_and_forget(p.url()), [](const std::exception_ptr&) {});
    while (p.requests() == 0)
        ctx.run_one_for(10ms);
}
