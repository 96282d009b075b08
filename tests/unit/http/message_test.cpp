#include "http/message/problem.hpp"

#include <boost/json/parse.hpp>

#include "http/message/request.hpp"
#include "http/message/status.hpp"
#include "http/server/response_head.hpp"

#include "support/catch.hpp"

using namespace tidings;

TEST_CASE("a header, parameter or query value is the first of its name, or empty") {
    http::request r;
    r.headers = {{"accept", "a"}, {"accept", "b"}};
    r.params = {{"id", "7"}};
    r.query = {{"limit", "1"}, {"limit", "2"}, {"empty", ""}};
    CHECK(r.header("accept") == "a");
    CHECK(r.header("host").empty());
    CHECK(r.param("id") == "7");
    CHECK(r.param("other").empty());
    CHECK(r.query_value("limit") == "1");
    CHECK(r.query_value("empty") == "");
    CHECK_FALSE(r.query_value("after").has_value());
}

TEST_CASE("a prepared response is complete, and one without content has no length") {
    const std::string security =
        "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
        "Cross-Origin-Resource-Policy: same-origin\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
    CHECK(http::prepare(http::json_response(201, "{}"))->plain ==
          "HTTP/1.1 201 Created\r\n" + security + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    CHECK(http::prepare(http::no_content())->plain == "HTTP/1.1 204 No Content\r\n" + security + "\r\n");
}

TEST_CASE("a page says itself what it may load") {
    auto page = http::json_response(200, "<p>");
    page.content_type = "text/html; charset=utf-8";
    CHECK(http::prepare(page)->plain.find("Content-Security-Policy") == std::string::npos);
}

TEST_CASE("a prepared response in a coding has the length, the tag and the name of that") {
    auto r = http::json_response(200, "{}");
    r.headers = {{"ETag", "\"7\""}, {"Link", "<x>"}};
    const auto coded = http::in_coding(http::prepare(r)->plain, http::coding::gzip, "12345");
    CHECK(coded.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(coded.ends_with(
        "\r\nETag: \"7-gzip\"\r\nLink: <x>\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n12345"));
}

TEST_CASE("a problem is given the id of its request") {
    auto r = http::problem(404, "no");
    http::name_request(r, "id-1");
    CHECK(boost::json::parse(r.body).at("request_id") == "id-1");
}

TEST_CASE("a header value cannot inject another header") {
    auto r = http::no_content();
    r.headers.emplace_back("Location", "/a\r\nSet-Cookie: b");
    CHECK(http::prepare(r)->plain.find("\r\nSet-Cookie") == std::string::npos);
    CHECK(http::prepare(r)->plain.find("Location: /a  Set-Cookie: b\r\n") != std::string::npos);
}

TEST_CASE("a problem carries type, title, status and detail as RFC 9457 names them") {
    const auto r = http::problem(404, "no to-do has the id \"x\"");
    CHECK(r.status == 404);
    CHECK(r.content_type == "application/problem+json");
    const auto body = boost::json::parse(r.body).as_object();
    CHECK(body.at("type") == "about:blank");
    CHECK(body.at("title") == "Not Found");
    CHECK(body.at("status") == 404);
    CHECK(body.at("detail") == "no to-do has the id \"x\"");
    CHECK_FALSE(body.contains("errors"));
}

TEST_CASE("a problem lists each invalid field") {
    const auto body =
        boost::json::parse(http::problem(422, "2 fields are wrong", {{"/title", "too long"}, {"limit", "?"}}).body);
    CHECK(body.at("errors") ==
          boost::json::parse(R"([{"field":"/title","detail":"too long"},{"field":"limit","detail":"?"}])"));
}

TEST_CASE("every status has a phrase, standard or not") {
    CHECK(http::reason_phrase(200) == "OK");
    CHECK(http::reason_phrase(413) == "Content Too Large");
    CHECK(http::reason_phrase(422) == "Unprocessable Content");
    CHECK(http::reason_phrase(103) == "Early Hints");
    CHECK(http::reason_phrase(425) == "Too Early");
    CHECK(http::reason_phrase(405) == "Method Not Allowed");
    CHECK(http::reason_phrase(511) == "Network Authentication Required");
    CHECK(http::reason_phrase(299) == "Unknown");
    CHECK(http::reason_phrase(600) == "Unknown");
}

TEST_CASE("a problem stays small however many errors it reports") {
    std::vector<http::field_error> errors(8'000, {std::string(9'000, 'f'), std::string(9'000, 'd')});
    const auto r = http::problem(422, std::string(100'000, 'x'), errors);
    CHECK(r.body.size() < 32'000);
    const auto body = boost::json::parse(r.body);
    CHECK(body.at("errors").as_array().size() == 20);
}

TEST_CASE("a problem's text is cut between characters") {
    for (std::size_t before = 509; before < 515; ++before) {
        CAPTURE(before);
        const auto body = boost::json::parse(http::problem(400, std::string(before, 'x') + "\xF0\x9F\x98\x80").body);
        const auto detail = std::string(body.at("detail").as_string());
        CHECK((detail == std::string(std::min<std::size_t>(before, 512), 'x') ||
               detail == std::string(before, 'x') + "\xF0\x9F\x98\x80"));
    }
}
