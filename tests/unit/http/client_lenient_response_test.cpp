// Answers that are not quite what RFC 9112 asks of a peer. curl 7.88 takes each of them, but for the leading empty
// lines and HTTP/1.2.
#include "support/catch.hpp"

#include "http/client/response.hpp"

using tidings::http::client::response;
using progress = response::progress;

namespace {

progress read(response& r, std::string_view bytes, std::size_t step, std::string& left) {
    response::progress result = progress::more;
    for (; !bytes.empty() && result == progress::more; bytes.remove_prefix(std::min(step, bytes.size()))) {
        left += bytes.substr(0, step);
        std::size_t used = 0;
        result = r.feed(left, used);
        left.erase(0, used);
        CHECK((result != progress::more || left.size() <= response::line_limit));
    }
    return result == progress::more ? r.end_of_stream() : result;
}

struct row {
    const char* what;
    std::string bytes;
    const char* body = "";
    bool keep_alive = true;
    unsigned status = 200;
};

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string empty = "Content-Length: 0\r\n\r\n";
const std::string chunked = ok + "Transfer-Encoding: chunked\r\n";

const row rows[] = {
    {"no reason phrase", "HTTP/1.1 200\r\n" + empty},
    {"no reason phrase, line feeds only", "HTTP/1.1 200\nContent-Length: 0\n\n"},
    {"a reason right behind the status", "HTTP/1.1 200OK\r\n" + empty},
    {"several blanks", "HTTP/1.1  204  No  Content \r\n\r\n", "", true, 204},
    {"a reason in UTF-8",
     "HTTP/1.1 200 Pi\xc3\xb1"
     "a\r\nX-\xc3\xa9: \xc3\xa9\r\n" +
         empty},
    {"a long reason", "HTTP/1.1 200 " + std::string(9'000, 'x') + "\r\n" + empty},
    {"the version in lower case", "http/1.1 200 OK\r\n" + empty},
    {"a later minor version", "HTTP/1.2 200 OK\r\n" + empty},
    {"a status beyond 599", "HTTP/1.1 999 Denied\r\n" + empty, "", true, 999},
    {"leading empty lines", "\r\n\n\r\n" + ok + empty},
    {"line feeds only", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", "hi"},
    {"line ends of both kinds", "HTTP/1.1 200 OK\r\nX: y\nContent-Length: 2\n\r\nhi", "hi"},
    {"two carriage returns", "HTTP/1.1 200 OK\r\r\nContent-Length: 0\r\r\n\r\r\n"},
    {"a carriage return in a value", ok + "X: a\rb\r\n" + empty},
    {"a control character", ok +
                                "X: a\x01"
                                "b\r\n" +
                                empty},
    {"a blank before the colon", ok + "X : y\r\n" + empty},
    {"a blank before the colon of the length", ok + "Content-Length : 2\r\n\r\nhi", "hi"},
    {"no blank behind the colon", ok + "Content-Length:2\r\n\r\nhi", "hi"},
    {"tabs", ok + "Content-Length:\t2\t\r\n\r\nhi", "hi"},
    {"a header without a name", ok + ": y\r\n" + empty},
    {"a folded header", ok + "X: a\r\n b\r\n\tc\r\n" + empty},
    {"a folded length", ok + "Content-Length:\r\n 2\r\n\r\nhi", "hi"},
    {"a blank before the first header", ok + " X: y\r\n" + empty},
    {"a long header", ok + "X: " + std::string(90'000, 'y') + "\r\n" + empty},
    {"a long folded header", ok + "X: y\r\n" + std::string(9'000, ' ') + "\r\n" + empty},
    {"many headers",
     [] {
         std::string head = ok;
         for (int i = 0; i < 10'000; ++i)
             head += "X-Header: y\r\n";
         return head + empty;
     }()},
    {"the same length twice", ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", "hi"},
    {"the same length as a list", ok + "Content-Length: 2, 2\r\n\r\nhi", "hi"},
    {"a length that no number can hold", ok + "Content-Length: 99999999999999999999999\r\n\r\nhi", "hi", false},
    {"a length and chunks", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "hi",
     false},
    {"chunks and a length", chunked + "Content-Length: 1\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "hi", false},
    {"identity", ok + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi", "hi"},
    {"a coding before chunked", ok + "Transfer-Encoding: gzip, Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "hi"},
    {"a coding that ends with the connection", ok + "Transfer-Encoding: gzip\r\n\r\nhi", "hi", false},
    {"chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "", false},
    {"neither length nor end in HTTP/1.0", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nhi", "hi", false},
    {"chunks with line feeds only", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n", "hi"},
    {"blanks behind a chunk's size", chunked + "\r\n2   \r\nhi\r\n0  \r\n\r\n", "hi"},
    {"zeros before a chunk's size", chunked + "\r\n0000000000000002\r\nhi\r\n000\r\n\r\n", "hi"},
    {"chunk extensions", chunked + "\r\n2;a=\"b;c\" ; d\r\nhi\r\n0;x\r\n\r\n", "hi"},
    {"a long chunk extension", chunked + "\r\n2;" + std::string(9'000, 'e') + "\r\nhi\r\n0\r\n\r\n", "hi"},
    {"trailers", chunked + "\r\n0\r\nX: y\r\nContent-Length: 7\r\n\r\n"},
    {"interim responses with headers", "HTTP/1.1 103 x\r\nLink: y\r\n\r\nHTTP/1.1 102\n\n" + ok + empty},
    {"options in a list", ok + "Connection: x, Close\r\n" + empty, "", false},
};

}  // namespace

TEST_CASE("an answer that can be understood is understood, however its bytes are cut") {
    for (const auto& r : rows) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{5'000}, std::size_t{1'000'000}}) {
            INFO(r.what << ", in pieces of " << step);
            response response;
            response.start(false, 10);
            std::string left;
            REQUIRE(read(response, r.bytes, step, left) == progress::complete);
            CHECK(response.status() == r.status);
            CHECK(response.body() == r.body);
            CHECK(response.keep_alive() == r.keep_alive);
            CHECK(left.empty());
        }
    }
}

TEST_CASE("a response whose end is missing is not complete") {
    const std::string cut_short[] = {
        chunked + "\r\n2\r\nhi\r\n",
        chunked + "\r\n2\r\nhi\r\n0\r\n",
        ok + "Content-Length: 5\r\n\r\nhi",
        ok + "X: y\r\n",
        "HTTP/1.1 200",
        "\r\n",
    };
    for (const auto& bytes : cut_short) {
        INFO(bytes);
        response response;
        response.start(false, 10);
        std::string left;
        CHECK(read(response, bytes, 100, left) == progress::more);
    }
}

TEST_CASE("what is malformed says why") {
    const auto problem_of = [](const std::string& bytes) {
        response response;
        response.start(false, 10);
        std::string left;
        CHECK(read(response, bytes, 1, left) == progress::malformed);
        return std::string(response.problem());
    };
    CHECK(problem_of("220 mail.example ESMTP\r\n") == "not an HTTP/1.x response");
    CHECK(problem_of("HTTP/1.1 20 OK\r\n\r\n") == "a status that is not of three digits, 100 or more");
    CHECK(problem_of(ok + "Garbage\r\n\r\n") == "a header line without a colon");
    CHECK(problem_of(ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n") == "two values of Content-Length");
    CHECK(problem_of(chunked + "\r\nzz\r\n") == "a chunk without a size");
}

TEST_CASE("bytes that can begin no response are none of it") {
    response response;
    std::string left;
    response.start(false, 10);
    CHECK(read(response, "0\r\n\r\n", 100, left) == progress::malformed);
    CHECK_FALSE(response.begun());
    response.start(false, 10);
    left.clear();
    CHECK(read(response, "HTTP/1.1 x", 100, left) == progress::more);
    CHECK(response.begun());
}
