// Requests that two parsers could read differently, and their error status.
#pragma once

#include <string>
#include <vector>

namespace tidings::http_test {

using namespace std::string_literals;

inline std::string post(const std::string& headers, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

struct ambiguous_request {
    std::string bytes;
    unsigned status;
};

inline const std::vector<ambiguous_request> ambiguous_requests = {
    {post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
    {post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400},
    {post("Content-Length: 1, 1\r\n", "a"), 400},
    {post("Content-Length: +1\r\n", "a"), 400},
    {post("Content-Length: -1\r\n", "a"), 400},
    {post("Content-Length: 0x1\r\n", "a"), 400},
    {post("Content-Length: \r\n", "a"), 400},
    {post("Content-Length: 99999999999999999999\r\n", "a"), 400},
    {post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
    {post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "0\r\n\r\n"), 400},
    {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
    {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 400},
    {post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
    {post("Transfer-Encoding: identity\r\n", ""), 501},
    {post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
    {post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
    {post("Content-Length : 1\r\n", "a"), 400},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {post("Transfer-Encoding: chunked\r\n", "g\r\n"), 400},
    {post("Transfer-Encoding: chunked\r\n", "-1\r\n"), 400},
    {post("Transfer-Encoding: chunked\r\n", "1\r\nabcd\r\n"), 400},
    {post("Transfer-Encoding: chunked\r\n", "1\nabcd\r\n"), 400},
    {post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"), 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"s, 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
    {"GET / HTTP/1.1\nHost: a\n\n", 400},
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"GET / HTTP/11.1\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.x\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n", 400},
    {post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
    {post("Content-Length: 1\r\n 0\r\n", "a"), 400},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: u@a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400},
    {"GET / HTTP/1.0\r\nHost: a/\r\n\r\n", 400},
    {post("Content-Type: application/json\r\nContent-Type: text/plain\r\n", ""), 400},
    {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\r\n\r\n", 400},
    {"GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
    {"\x16\x03\x01\x02\x05", 400},
    {post("Expect: a-miracle\r\n", ""), 417},
};

}  // namespace tidings::http_test
