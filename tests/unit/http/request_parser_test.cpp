#include "http/server/request_parser.hpp"

#include <random>

#include "ambiguous_requests.hpp"
#include "support/catch.hpp"

using namespace tidings;
using http_test::ambiguous_requests;
using http_test::post;
using namespace std::string_literals;
using progress = http::request_parser::progress;

namespace {

struct outcome {
    progress result = progress::more;
    unsigned status = 0;
    http::request request;
    std::string rest;
};

// As in the server: the body limit is set once the head is complete.
progress feed(http::request_parser& parser, std::string_view& input) {
    const auto p = parser.feed(input);
    if (p != progress::head_done) return p;
    const auto limited = parser.limit_body(32);
    return limited == progress::more && !input.empty() ? parser.feed(input) : limited;
}

// Feeds the parser in pieces of `step`, as a connection would.
outcome parse(const std::string& bytes, std::size_t step = std::string::npos) {
    outcome o;
    http::request_parser parser(o.request, 1024);
    std::string unread;
    for (std::size_t at = 0; at < bytes.size() && o.result == progress::more;) {
        const auto piece = bytes.substr(at, step);
        at += piece.size();
        unread += piece;
        std::string_view input = unread;
        o.result = feed(parser, input);
        unread = std::string(input);
        if (o.result != progress::more) o.rest = unread + bytes.substr(at);
    }
    if (o.result == progress::refused) o.status = parser.why().status;
    return o;
}

}  // namespace

TEST_CASE("a request is parsed the same however its bytes arrive") {
    const std::string bytes =
        "PUT /a?b HTTP/1.1\r\nHost: a\r\nX-Request-ID: r-1\r\nX-Two:  spaced \r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Request-Id: evil\r\n\r\nGET ";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        CAPTURE(step);
        const auto o = parse(bytes, step);
        REQUIRE(o.result == progress::done);
        CHECK(o.request.method == http::method::put);
        CHECK(o.request.target == "/a?b");
        CHECK(o.request.context.request_id == "r-1");
        CHECK(o.request.header("x-two") == "spaced");
        CHECK(o.request.headers.size() == 4);
        CHECK(o.request.body == "abcde");
        CHECK(o.request.keep_alive);
        CHECK(o.rest == "GET ");
    }
}

TEST_CASE("the connection persists by the rules of HTTP/1.0 and HTTP/1.1") {
    CHECK(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n").request.keep_alive);
    CHECK_FALSE(parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").request.keep_alive);
    CHECK_FALSE(parse("GET / HTTP/1.0\r\n\r\n").request.keep_alive);
    CHECK(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").request.keep_alive);
}

TEST_CASE("ambiguous requests are rejected") {
    const auto& [bytes, status] = GENERATE(from_range(ambiguous_requests));
    CAPTURE(bytes);
    const auto whole = parse(bytes);
    CHECK(whole.result == progress::refused);
    CHECK(whole.status == status);
    // Byte by byte, an error may show only later; the input must not pass for a request.
    CHECK(parse(bytes, 1).result != progress::done);
}

TEST_CASE("headers are limited in size and number, even byte by byte") {
    std::string large = "GET / HTTP/1.1\r\nHost: a\r\n";
    std::string many = large;
    for (int i = 0; i < 20; ++i)
        large += "X-" + std::to_string(i) + ": " + std::string(60, 'x') + "\r\n";
    for (int i = 0; i < 101; ++i)
        many += "X:\r\n";
    CHECK(parse(large + "\r\n").status == 431);
    CHECK(parse(large + "\r\n", 1).status == 431);
    CHECK(parse(many + "\r\n").status == 431);
}

TEST_CASE("a target that exceeds the header limit is reported as such") {
    const auto with_target = [](std::size_t size) {
        return "GET /" + std::string(size, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    CHECK(parse(with_target(400)).result == progress::done);
    CHECK(parse(with_target(400), 1).result == progress::done);
    for (const std::size_t step : {1U, 7U, 512U, 9000U}) {
        CAPTURE(step);
        CHECK(parse(with_target(2000), step).status == 414);
        CHECK(parse(with_target(1010), step).status == 414);
        CHECK(parse("GET /" + std::string(2000, 'a'), step).status == 414);
    }
}

TEST_CASE("a later minor version is read as HTTP 1.1") {
    for (const char* version : {"1.2", "1.7", "1.9"}) {
        const auto bytes = "POST /HTTP/1.1 HTTP/" + std::string(version) +
                           "\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        for (const std::size_t step : {1U, 10U, 9000U}) {
            CAPTURE(version, step);
            const auto o = parse(bytes, step);
            REQUIRE(o.result == progress::done);
            CHECK(o.request.target == "/HTTP/1.1");
            CHECK(o.request.body == "a");
            CHECK(o.request.keep_alive);
        }
    }
}

TEST_CASE("leading blanks in a body's lines are not folded headers") {
    const std::string body = "{\n \"a\": 1,\r\n\t\"b\": 2}";
    const auto bytes = post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        CAPTURE(step);
        CHECK(parse(bytes, step).request.body == body);
    }
}

TEST_CASE("the last chunk may arrive in any pieces") {
    const auto bytes = post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n");
    for (std::size_t cut = bytes.size() - 5; cut < bytes.size(); ++cut) {
        for (std::size_t next = cut; next < bytes.size(); ++next) {
            CAPTURE(cut, next);
            http::request r;
            http::request_parser parser(r, 1024);
            std::string unread;
            auto result = progress::more;
            for (const auto& piece : {bytes.substr(0, cut), bytes.substr(cut, next - cut), bytes.substr(next)}) {
                if (piece.empty()) continue;
                unread += piece;
                std::string_view input = unread;
                result = feed(parser, input);
                unread = std::string(input);
            }
            CHECK(result == progress::done);
        }
    }
}

TEST_CASE("TRACE and CONNECT are known methods") {
    CHECK(parse("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").request.method == http::method::trace);
    CHECK(parse("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").request.method == http::method::connect);
    CHECK(parse("BREW / HTTP/1.1\r\nHost: a\r\n\r\n").request.method == http::method::other);
}

TEST_CASE("all lines of a header can be read") {
    const auto r = parse("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 2\r\nx: 3\r\n\r\n").request;
    CHECK(r.headers_named("x") == std::vector<std::string_view>{"1", "3"});
    CHECK(r.headers_named("z").empty());
}

TEST_CASE("a body over the limit is rejected before it is read, a chunked one as it grows") {
    CHECK(parse(post("Content-Length: 33\r\n", "")).status == 413);
    CHECK(parse(post("Content-Length: 32\r\n", std::string(32, 'x'))).result == progress::done);
    CHECK(parse(post("Transfer-Encoding: chunked\r\n", "20\r\n" + std::string(32, 'x') + "\r\n1\r\nx")).status == 413);
    CHECK(parse(post("Transfer-Encoding: chunked\r\n", "21\r\n")).status == 413);
}

TEST_CASE("endless chunk extensions and trailers are rejected") {
    CHECK(parse(post("Transfer-Encoding: chunked\r\n", "1;" + std::string(9000, 'x')), 100).status == 400);
    CHECK(parse(post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(9000, 'x')), 100).status == 400);
}

TEST_CASE("only a plain request id is accepted") {
    const auto id = [](const std::string& value) {
        return parse("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: " + value + "\r\n\r\n").request.context.request_id;
    };
    CHECK(id("0af7651916cd43dd.A_z-9") == "0af7651916cd43dd.A_z-9");
    CHECK(id(std::string(64, 'a')) == std::string(64, 'a'));
    CHECK(id(std::string(65, 'a')).empty());
    CHECK(id("a b").empty());
    CHECK(id("<a>").empty());
    CHECK(id("").empty());
}

TEST_CASE("no input crashes the parser") {
    const std::string good =
        "POST /a?b HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;e=1\r\nabc\r\n0\r\nT: v\r\n\r\n";
    std::minstd_rand random(7);
    const auto interesting = "\r\n \t:;,a0"s + '\0' + '\x7f' + '\xff';
    for (int round = 0; round < 20'000; ++round) {
        auto bytes = good;
        for (int k = 0; k < 3; ++k) {
            const auto at = random() % bytes.size();
            if (random() % 3 == 0)
                bytes.erase(at, 1 + random() % 3);
            else
                bytes[at] = interesting[random() % interesting.size()];
        }
        const auto whole = parse(bytes);
        const auto dripped = parse(bytes, 1);
        CAPTURE(bytes);
        REQUIRE((whole.result == progress::done) == (dripped.result == progress::done));
        if (whole.result != progress::done) continue;
        REQUIRE(whole.request.body == dripped.request.body);
        REQUIRE(whole.rest.size() == dripped.rest.size());
    }
}
