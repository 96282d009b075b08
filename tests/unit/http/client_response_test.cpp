#include "http/client/response.hpp"
#include "support/catch.hpp"

using tidings::http::client::response;
using progress = response::progress;

namespace {

// Feeds `bytes` in pieces of `step`, as a connection would, and ends the stream when `close` is set.
progress read(response& r, std::string_view bytes, std::size_t step, bool close, std::string& left) {
    left.clear();
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        left += bytes.substr(at, step);
        std::size_t used = 0;
        const auto result = r.feed(left, used);
        left.erase(0, used);
        if (result != progress::more) {
            left += bytes.substr(std::min(bytes.size(), at + step));
            return result;
        }
    }
    return close ? r.end_of_stream() : progress::more;
}

std::string repeat(std::string_view text, int times) {
    std::string result;
    while (times-- > 0)
        result += text;
    return result;
}

struct framing_case {
    const char* what;
    std::string bytes;
    bool close = false;
    progress expected = progress::complete;
    unsigned status = 200;
    const char* body = "";
    bool keep_alive = true;
    const char* left = "";
};
const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
const std::string ok = "HTTP/1.1 200 OK\r\n";
const framing_case framings[] = {
    {.what = "no content", .bytes = "HTTP/1.1 204 No Content\r\n\r\n", .status = 204},
    {.what = "no content with a length",
     .bytes = "HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n",
     .status = 204,
     .keep_alive = false},
    {.what = "no content of no length", .bytes = "HTTP/1.1 204 x\r\nContent-Length: 0\r\n\r\n", .status = 204},
    {.what = "no content with chunks",
     .bytes = "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     .status = 204,
     .keep_alive = false,
     .left = "0\r\n\r\n"},
    {.what = "not modified", .bytes = "HTTP/1.1 304 Not Modified\r\n\r\n", .status = 304},
    {.what = "not modified with a length",
     .bytes = "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n",
     .status = 304,
     .keep_alive = false},
    {.what = "a length", .bytes = ok + "Content-Length: 2\r\n\r\nhi", .body = "hi"},
    {.what = "no length left", .bytes = ok + "Content-Length: 0\r\n\r\n"},
    {.what = "an empty reason", .bytes = "HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n", .status = 599},
    {.what = "chunks",
     .bytes = ok + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n1\r\n!\r\n0\r\n\r\n",
     .body = "hi!"},
    {.what = "chunks and a trailer",
     .bytes = ok + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n",
     .body = "a"},
    {.what = "until close", .bytes = ok + "\r\nall of it", .close = true, .body = "all of it", .keep_alive = false},
    {.what = "nothing until close", .bytes = ok + "\r\n", .close = true, .keep_alive = false},
    {.what = "until close, still open", .bytes = ok + "\r\nsome", .expected = progress::more},
    {.what = "connection: close", .bytes = ok + "Connection: close\r\nContent-Length: 0\r\n\r\n", .keep_alive = false},
    {.what = "HTTP/1.0", .bytes = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", .keep_alive = false},
    {.what = "HTTP/1.0 that stays", .bytes = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"},
    {.what = "after an interim one", .bytes = interim + ok + "Content-Length: 1\r\n\r\nx", .body = "x"},
    {.what = "after forty", .bytes = repeat(interim, 40) + ok + "Content-Length: 0\r\n\r\n"},
    {.what = "after 20,000", .bytes = repeat(interim, 20'000), .expected = progress::malformed},
    {.what = "another protocol", .bytes = "HTTP/1.1 101 Switching\r\n\r\n", .status = 101, .keep_alive = false},
    {.what = "bytes behind", .bytes = ok + "Content-Length: 0\r\n\r\nHTTP", .left = "HTTP"},
    {.what = "body of the limit", .bytes = ok + "Content-Length: 10\r\n\r\n0123456789", .body = "0123456789"},
    {.what = "body beyond",
     .bytes = ok + "Content-Length: 11\r\n\r\n0123456789a",
     .expected = progress::cut,
     .body = "0123456789"},
    {.what = "chunks beyond",
     .bytes = ok + "Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n",
     .expected = progress::cut,
     .body = "0123456789"},
    {.what = "huge length",
     .bytes = ok + "Content-Length: 18446744073709551615\r\n\r\n0123456789a",
     .expected = progress::cut,
     .body = "0123456789"},
    {.what = "cut short", .bytes = ok + "Content-Length: 5\r\n\r\nabc", .close = true, .expected = progress::more},
    {.what = "chunks cut short",
     .bytes = ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
     .close = true,
     .expected = progress::more},
    {.what = "head cut short", .bytes = "HTTP/1.1 200 OK\r\nX: y\r\n", .close = true, .expected = progress::more},
    {.what = "nothing at all", .bytes = "", .close = true, .expected = progress::more},
    {.what = "interim only", .bytes = interim, .close = true, .expected = progress::more},
};

}  // namespace

TEST_CASE("responses are framed as in RFC 9112, however the bytes are split") {
    for (const auto& r : framings) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
            INFO(r.what << ", in pieces of " << step);
            response response;
            response.start(false, 10);
            std::string left;
            REQUIRE(read(response, r.bytes, step, r.close, left) == r.expected);
            if (r.expected == progress::more || r.expected == progress::malformed) continue;
            CHECK(response.status() == r.status);
            CHECK(response.body() == r.body);
            if (r.expected == progress::cut) continue;
            CHECK(response.keep_alive() == r.keep_alive);
            CHECK(left == r.left);
        }
    }
}

TEST_CASE("anything but HTTP/1.x is malformed") {
    const std::string rows[] = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "<html>",
        "Hello",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\na body longer than the limit",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 OK 200\r\n\r\n",
        "HTTP/1.1200 OK\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::string(5'000, '0') + "1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" + std::string(5'000, 'n') + ": no colon that is looked at\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi!\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\rX",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;" + std::string(400'000, 'e') + "\r\nhi\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + repeat("X: y\r\n", 80'000) + "\r\n",
        repeat("\r\n", 200'000),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + std::string(310'000, 'y') + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" + repeat("X: y\r\n", 80'000) + "\r\n",
    };
    for (const auto& bytes : rows) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{100'000}}) {
            INFO(bytes.substr(0, 60) << ", in pieces of " << step);
            response response;
            response.start(false, 10);
            std::string left;
            CHECK(read(response, bytes, step, false, left) == progress::malformed);
        }
    }
}

TEST_CASE("a response to HEAD has no body, whatever its Content-Length") {
    response response;
    response.start(true, 10);
    std::string left;
    CHECK(read(response, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 100, false, left) == progress::complete);
    CHECK(response.body().empty());
    CHECK(response.keep_alive());
}

TEST_CASE("one object reads many responses, and each body is valid until the next bytes") {
    response response;
    std::string left;
    response.start(false, 10);
    REQUIRE(read(response, "HTTP/1.1 503 x\r\nRetry-After: 7\r\nContent-Length: 1\r\n\r\na", 100, false, left) ==
            progress::complete);
    CHECK(response.retry_after() == "7");
    response.start(false, 10);
    CHECK_FALSE(response.begun());
    CHECK(response.body() == "a");
    REQUIRE(read(response, "HTTP/1.1 204 x\r\n\r\n", 100, false, left) == progress::complete);
    CHECK(response.begun());
    CHECK(response.body().empty());
    CHECK(response.retry_after().empty());
}

TEST_CASE("a Retry-After counts in the head of the final response only") {
    response response;
    response.start(false, 10);
    std::string left;
    REQUIRE(read(response,
                 "HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\n\r\n"
                 "HTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nRetry-After: 2\r\n\r\n",
                 1, false, left) == progress::complete);
    CHECK(response.retry_after().empty());
}
