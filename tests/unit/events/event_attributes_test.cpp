#include <boost/json/error.hpp>

#include "events/cloud_event.hpp"
#include "support/catch.hpp"

using namespace tidings::events;

namespace {

std::string nested(int depth) {
    return R"({"data":)" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + R"(,"id":"x"})";
}

}  // namespace

TEST_CASE("a reader gets back what the writer wrote") {
    const auto found = parse_attributes(to_json({.id = "e1",
                                                 .source = "/todos",
                                                 .type = "t.v1",
                                                 .subject = "s\n1",
                                                 .partitionkey = "p\u00e91",
                                                 .sequence = 12,
                                                 .time = {},
                                                 .traceparent = "00-a-b-01",
                                                 .data = R"({"id":"inner","type":["x"]})"}));
    REQUIRE(found.has_value());
    CHECK(found->id == "e1");
    CHECK(found->source == "/todos");
    CHECK(found->type == "t.v1");
    CHECK(found->subject == "s\n1");
    CHECK(found->partitionkey == "p\u00e91");
    CHECK(found->sequence == "00000000000000000012");
    CHECK(found->traceparent == "00-a-b-01");
}

TEST_CASE("missing attributes are empty") {
    const auto found = parse_attributes(" {} \n");
    REQUIRE(found.has_value());
    CHECK(found->id.empty());
    CHECK(found->sequence.empty());
}

TEST_CASE("only the outermost object has attributes") {
    const auto found = parse_attributes(R"({"data":{"id":"inner","more":[{"type":"deep"}]},"id":"outer"})");
    REQUIRE(found.has_value());
    CHECK(found->id == "outer");
    CHECK(found->type.empty());
}

TEST_CASE("the last of duplicate attributes counts") {
    CHECK(parse_attributes(R"({"id":"a","id":"b"})")->id == "b");
    CHECK(parse_attributes(R"({"id":"a","id":null})")->id.empty());
}

TEST_CASE("a number is kept as written, anything else is missing") {
    const auto found =
        parse_attributes(R"({"sequence":42,"id":1.5e3,"type":true,"source":["x"],"subject":{"id":"y"}})");
    REQUIRE(found.has_value());
    CHECK(found->sequence == "42");
    CHECK(found->id == "1.5e3");
    CHECK(found->type.empty());
    CHECK(found->source.empty());
    CHECK(found->subject.empty());
}

TEST_CASE("escaped keys and values are decoded") {
    CHECK(parse_attributes(R"({"\u0069d":"caf\u00e9 \ud83d\ude00"})")->id == "caf\u00e9 \U0001F600");
}

TEST_CASE("anything but a JSON object is rejected") {
    const auto text = GENERATE("", " ", "[]", "[{\"id\":\"x\"}]", "\"id\"", "1", "-1", "1.5", "99999999999999999999",
                               "18446744073709551615", "true", "null", "{", "{\"id\":}", "{\"id\":\"x\"", "{} x",
                               "{}{}", "{\"id\":\"\x01\"}", "{id:1}", "{\"id\":\"x\",}", "// c\n{}");
    INFO(text);
    CHECK_FALSE(parse_attributes(text).has_value());
}

TEST_CASE("an event nested too deeply is rejected") {
    CHECK(parse_attributes(nested(499)).has_value());
    CHECK(parse_attributes(nested(500)).error() == boost::json::error::too_deep);
    CHECK(parse_attributes(nested(200'000)).error() == boost::json::error::too_deep);
}

TEST_CASE("an event of any length is read") {
    CHECK(parse_attributes(R"({"id":"x","data":")" + std::string(3 * 1024 * 1024, 'a') + "\"}")->id == "x");
}

TEST_CASE("an event of a careless writer is read: a byte order mark, data that is no UTF-8") {
    CHECK(parse_attributes("\xef\xbb\xbf{\"type\":\"t.v1\"}")->type == "t.v1");
    CHECK(parse_attributes("{\"data\":\"caf\xe9\",\"type\":\"t.v1\"}")->type == "t.v1");
}
