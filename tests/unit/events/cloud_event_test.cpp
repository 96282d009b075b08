#include "events/cloud_event.hpp"

#include <boost/json/parse.hpp>

#include "support/catch.hpp"
#include "text/json_string.hpp"

using namespace tidings::events;

namespace {

cloud_event example() {
    return {.id = "019bd000-0000-7000-8000-000000000001",
            .source = "/todos",
            .type = "io.tidings.todo.created.v1",
            .subject = "019bd000-0000-7000-8000-0000000000aa",
            .partitionkey = "019bd000-0000-7000-8000-0000000000aa",
            .sequence = 7,
            .time = *tidings::ids::parse_timestamp("2026-01-31T12:00:00.123456Z"),
            .traceparent = "",
            .data = R"({"todo":{"title":"milk"}})"};
}

std::string json_of(std::string_view text) {
    std::string out;
    tidings::text::append_json_string(out, text);
    return out;
}

}  // namespace

TEST_CASE("an event is one line of CloudEvents JSON") {
    CHECK(to_json(example()) ==
          R"({"specversion":"1.0","id":"019bd000-0000-7000-8000-000000000001","source":"/todos",)"
          R"("type":"io.tidings.todo.created.v1","subject":"019bd000-0000-7000-8000-0000000000aa",)"
          R"("time":"2026-01-31T12:00:00.123456Z","partitionkey":"019bd000-0000-7000-8000-0000000000aa",)"
          R"("sequence":"00000000000000000007","datacontenttype":"application/json",)"
          R"("data":{"todo":{"title":"milk"}}})");
}

TEST_CASE("the trace is written when there is one") {
    auto e = example();
    e.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    CHECK(boost::json::parse(to_json(e)).at("traceparent").as_string() == e.traceparent);
}

TEST_CASE("the largest sequence keeps all its digits") {
    auto e = example();
    e.sequence = UINT64_MAX;
    CHECK(boost::json::parse(to_json(e)).at("sequence").as_string() == "18446744073709551615");
}

TEST_CASE("an attribute cannot break out of its string") {
    auto e = example();
    e.id = "a\",\"type\":\"evil\\\n";
    const auto parsed = boost::json::parse(to_json(e));
    CHECK(parsed.at("id").as_string() == e.id);
    CHECK(parsed.at("type").as_string() == e.type);
}

TEST_CASE("strings are escaped as RFC 8259 requires") {
    CHECK(json_of("") == R"("")");
    CHECK(json_of("plain") == R"("plain")");
    CHECK(json_of("\"") == R"("\"")");
    CHECK(json_of("a\\b") == R"("a\\b")");
    CHECK(json_of("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(json_of(std::string_view("\0\x1f", 2)) == R"("\u0000\u001f")");
    CHECK(json_of("/\x7f gr\u00fc\u00df \U0001F600") == "\"/\x7f gr\u00fc\u00df \U0001F600\"");
}

TEST_CASE("every ASCII character survives a parser") {
    for (int c = 0; c < 128; ++c) {
        const std::string text{'x', static_cast<char>(c), 'y'};
        CHECK(boost::json::parse(json_of(text)).as_string() == text);
    }
}
