// Bodies in gzip and zstd, and what else the server adds to every answer.
#include <zlib.h>
#include <zstd.h>

#include <boost/json/parse.hpp>

#include "http/server/response_head.hpp"
#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::http_test;
using http::method;

namespace {

std::string text_of(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i)
        text += std::to_string(i * 7919) + ',';
    text.resize(size);
    return text;
}

std::string from_gzip(const std::string& coded, std::size_t size) {
    z_stream z{};
    REQUIRE(::inflateInit2(&z, 15 + 16) == Z_OK);
    std::string plain(size + 1, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data()));
    z.avail_in = static_cast<uInt>(coded.size());
    z.next_out = reinterpret_cast<Bytef*>(plain.data());
    z.avail_out = static_cast<uInt>(plain.size());
    CHECK(::inflate(&z, Z_FINISH) == Z_STREAM_END);
    plain.resize(z.total_out);
    ::inflateEnd(&z);
    return plain;
}

std::string from_zstd(const std::string& coded, std::size_t size) {
    std::string plain(size + 1, '\0');
    const auto got = ::ZSTD_decompress(plain.data(), plain.size(), coded.data(), coded.size());
    REQUIRE(::ZSTD_isError(got) == 0);
    plain.resize(got);
    return plain;
}

std::string plain_of(const client::answer& a, const std::string& coding, std::size_t size) {
    return coding == "gzip" ? from_gzip(a.body, size) : from_zstd(a.body, size);
}

http::content tagged(std::size_t size) {
    auto answer = http::json_response(200, text_of(size));
    answer.headers.emplace_back("ETag", "\"7\"");
    return answer;
}

runtime::task<http::response> text(http::request& r) {
    if (!r.header("if-none-match").empty()) {
        auto same = http::no_content();
        same.status = 304;
        same.headers.emplace_back("ETag", "\"7\"");
        co_return same;
    }
    co_return tagged(std::stoul(std::string(r.param("size"))));
}

runtime::task<http::response> image(http::request&) {
    auto answer = tagged(5'000);
    answer.content_type = "image/png";
    co_return answer;
}

struct ready_text {
    http::prepared_response bytes = http::prepare(tagged(200'000));
    runtime::task<http::response> operator()(http::request&) const { co_return http::prepared{bytes}; }
};

void add_texts(http::router& r) {
    r.add(method::get, "/text/{size}", text);
    r.add(method::get, "/ready", ready_text());
    r.add(method::get, "/image", image);
}

http::server_options compressing() {
    auto options = loopback();
    options.compress = true;
    return options;
}

}  // namespace

TEST_CASE("a larger body comes in the coding that the client takes, whole") {
    running_server server(compressing(), add_texts);
    client c(server.port());
    const auto coding = GENERATE(std::string("gzip"), std::string("zstd"));
    for (const std::size_t size : {1'024, 65'536, 65'537, 1'000'000}) {
        CAPTURE(coding, size);
        const auto path = "/text/" + std::to_string(size);
        auto answer = c.call(get(path, "Accept-Encoding: " + coding + "\r\n"));
        CHECK(answer.headers["content-encoding"] == coding);
        CHECK(answer.headers["vary"] == "Accept-Encoding");
        CHECK(answer.headers["etag"] == "\"7-" + coding + "\"");
        CHECK(answer.body.size() < size);
        CHECK(plain_of(answer, coding, size) == text_of(size));
        c.send("HEAD " + path + " HTTP/1.1\r\nHost: a\r\nAccept-Encoding: " + coding + "\r\n\r\n");
        auto head = c.receive(true);
        for (const auto* name : {"content-encoding", "content-length", "etag", "vary"})
            CHECK(head.headers[name] == answer.headers[name]);
    }
}

TEST_CASE("a prepared body is the same in every coding, however often it is asked for") {
    running_server server(compressing(), add_texts);
    client c(server.port());
    for (const std::string coding : {"gzip", "zstd", "gzip", "zstd"}) {
        auto answer = c.call(get("/ready", "Accept-Encoding: " + coding + "\r\n"));
        CHECK(answer.headers["content-encoding"] == coding);
        CHECK(answer.headers["etag"] == "\"7-" + coding + "\"");
        CHECK(plain_of(answer, coding, 200'000) == text_of(200'000));
    }
    auto plain = c.call(get("/ready"));
    CHECK(plain.body == text_of(200'000));
    CHECK(plain.headers["vary"] == "Accept-Encoding");
    CHECK(plain.headers["etag"] == "\"7\"");
}

TEST_CASE("what is small, no text, or not asked for comes as it is") {
    running_server server(compressing(), add_texts);
    client c(server.port());
    const std::string both = "Accept-Encoding: gzip, zstd\r\n";
    for (const auto& request : {get("/text/1023", both), get("/image", both), get("/text/5000"), get("/empty", both)}) {
        CAPTURE(request);
        auto answer = c.call(request);
        CHECK_FALSE(answer.headers.contains("content-encoding"));
        if (answer.status == 200) CHECK(answer.headers["etag"] == "\"7\"");
    }
    CHECK_FALSE(c.call(get("/image", both)).headers.contains("vary"));
    CHECK(c.call(get("/text/100", "Accept-Encoding: gzip, identity;q=0\r\n")).headers["content-encoding"] == "gzip");
}

TEST_CASE("a 304 has the tag that the client has") {
    running_server server(compressing(), add_texts);
    client c(server.port());
    const auto tag = [&](const std::string& accepted, const std::string& has) {
        auto answer = c.call(get("/text/5000", "Accept-Encoding: " + accepted + "\r\nIf-None-Match: " + has + "\r\n"));
        CHECK(answer.status == 304);
        CHECK(answer.headers["vary"] == "Accept-Encoding");
        return answer.headers["etag"];
    };
    CHECK(tag("gzip", "\"7-gzip\"") == "\"7-gzip\"");
    CHECK(tag("gzip", "\"7\"") == "\"7\"");
    CHECK(tag("identity", "\"7-gzip\"") == "\"7\"");
    CHECK(tag("gzip, zstd", "\"7-gzip\", \"7-zstd\"") == "\"7-zstd\"");
}

TEST_CASE("without compression no answer depends on Accept-Encoding") {
    running_server server(loopback(), add_texts);
    auto answer = client(server.port()).call(get("/text/5000", "Accept-Encoding: gzip\r\n"));
    CHECK(answer.body.size() == 5'000);
    CHECK_FALSE(answer.headers.contains("vary"));
}

TEST_CASE("every problem has the id of its request") {
    running_server server;
    client c(server.port());
    for (const auto* path : {"/none", "/fails", "/%ff"}) {
        const auto answer = c.call(get(path, "X-Request-Id: mine-1\r\n"));
        CHECK(boost::json::parse(answer.body).at("request_id") == "mine-1");
    }
}

TEST_CASE("a page of an allowed origin is told so with every answer, also with those of the server itself") {
    auto options = compressing();
    options.cors.origins = {"https://a.example"};
    running_server server(options, add_texts);
    for (const auto* path : {"/echo", "/ready", "/pieces/1", "/none", "/fails", "/empty"}) {
        CAPTURE(path);
        auto ours = client(server.port()).call(get(path, "Origin: https://a.example\r\n"));
        CHECK(ours.headers["access-control-allow-origin"] == "https://a.example");
        CHECK(ours.headers["vary"].ends_with("Origin"));
        auto other = client(server.port()).call(get(path, "Origin: https://b.example\r\n"));
        CHECK_FALSE(other.headers.contains("access-control-allow-origin"));
        CHECK(other.headers["vary"].ends_with("Origin"));
    }
    auto preflight =
        client(server.port())
            .call(
                "OPTIONS /echo HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: "
                "POST\r\n\r\n");
    CHECK(preflight.status == 204);
    CHECK(preflight.headers["access-control-allow-methods"] == preflight.headers["allow"]);
    CHECK(preflight.headers["access-control-max-age"] == "7200");
}
