#include "journal/letter.hpp"

#include <boost/json/parse.hpp>

#include "api/letter_text.hpp"
#include "api/replay.hpp"
#include "domain/reserved_header.hpp"
#include "support/catch.hpp"

namespace tidings::broadcaster {

namespace {

given_up event(std::string_view body) {
    given_up g;
    g.endpoint_name = "a";
    g.event_id = "e-1";
    g.body = body;
    g.stream_sequence = 7;
    g.stored_ns = 1'700'000'000'123'456'789;
    g.last_error = "line\r\nbreak";
    g.subject = "s";
    return g;
}

bus::stored_message stored(const letter& l, std::string subject) {
    return {9, std::move(subject), std::string(l.body), "2026-01-01T00:00:00Z", l.headers};
}

bus::stored_message plain(std::string body) {
    return {1, "webhooks.dead-letters.a", std::move(body), "t", {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "s"}}};
}

boost::json::object shown(const bus::stored_message& m) {
    std::string out;
    append_letter(out, m);
    return boost::json::parse(out).as_object();
}

}  // namespace

TEST_CASE("reserved header names are recognised in any case") {
    for (const std::string name : {"Tidings-Subject", "tidings-subject", "TIDINGS-", "nats-msg-id", "Nats-Rollup"})
        CHECK(is_reserved_header(name));
    for (const std::string name : {"", "Tidings", "X-Tidings-Subject", "tidings_subject", "ce-type", "Nat"})
        CHECK_FALSE(is_reserved_header(name));
}

TEST_CASE("a letter holds the event without forged headers") {
    auto g = event("{}");
    g.subject = "todos.events";
    g.headers = {{"Tidings-Subject", "$JS.API.STREAM.DELETE.X"},
                 {"tidings-status", "200"},
                 {"TIDINGS-Endpoint", "b"},
                 {"Tidings-Body", "left out"},
                 {"nats-msg-id", "other"},
                 {"ce-type", "t"}};
    const auto l = write_letter(g, {});
    const auto m = stored(l, "webhooks.dead-letters.a");
    CHECK(letter_header(m, "Tidings-Subject") == "todos.events");
    CHECK(letter_endpoint(m) == "a");
    CHECK_FALSE(is_partial(m));
    CHECK(l.headers.front().first == "Nats-Msg-Id");
    CHECK(l.headers.back() == std::pair<std::string, std::string>("ce-type", "t"));
    for (const auto& [name, value] : l.headers) {
        CAPTURE(name);
        CHECK(name != "tidings-status");
        CHECK(name != "TIDINGS-Endpoint");
        CHECK(value.find('\n') == std::string::npos);
    }
}

TEST_CASE("headers that NATS would reject are left out and reported") {
    constexpr std::size_t max_payload = 1'048'576;
    struct row {
        std::size_t body, headers;
        letter_parts parts;
        std::string left_out;
    };
    const auto r = GENERATE(values<row>({{100, 100, {true, true}, ""},
                                         {100, 65'400, {false, true}, "headers"},
                                         {max_payload - 1'500, 100, {true, true}, ""},
                                         {max_payload - 100, 10, {true, false}, "body"},
                                         {max_payload - 40'000, 40'000, {true, false}, "body"},
                                         {max_payload - 10, 65'400, {false, false}, "headers body"}}));
    const std::string body(r.body, 'x');
    auto g = event(body);
    g.headers.assign(r.headers / 100, {"K", std::string(100 - 5, 'v')});
    CHECK(parts_that_fit(g, max_payload) == r.parts);
    const auto l = write_letter(g, r.parts);
    CHECK(bytes_of(l.headers) <= 65'535);
    CHECK(bytes_of(l.headers) + l.body.size() <= max_payload);
    CHECK(letter_header(stored(l, "x"), "Tidings-Left-Out") == r.left_out);
}

TEST_CASE("a letter of any content is shown as JSON") {
    for (const std::string body :
         {"{\"n\":1e400, \"n\":123456789012345678901234567890}", "[]", " \"x\" ", "null", "7"}) {
        CAPTURE(body);
        std::string out;
        append_letter(out, plain(body));
        CHECK(out.find("\"event\":" + body + "}") != std::string::npos);
    }
    for (const std::string body : {"", "\xff\xfe", "{", "[1]]", "\"\xc3\"", "\xef\xbb\xbf{}", "{} x", "'a'"}) {
        const auto o = shown(plain(body));
        CHECK(o.contains("event_base64"));
        CHECK_FALSE(o.contains("event"));
    }
    CHECK(shown(plain("\xff")).at("event_base64") == "/w==");
    CHECK(is_json(std::string(500, '[') + std::string(500, ']')));
    CHECK(is_json(std::string(1'000, '9')));
    for (const std::string& number : {std::string(1'001, '9'), "[-" + std::string(5'000, '1') + ']',
                                      "0." + std::string(5'000, '1'), "1e" + std::string(5'000, '1')})
        CHECK_FALSE(is_json(number));
    CHECK_FALSE(is_json(std::string(1'000'000, '[')));
}

TEST_CASE("text that is not UTF-8 is shown with replacement characters") {
    for (const auto& [text, clean] : std::vector<std::pair<std::string, std::string>>{
             {"a\xff", "\"a\xef\xbf\xbd\""},
             {"\xc3\xa9", "\"\xc3\xa9\""},
             {"\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
             {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
             {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
             {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
             {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
             {"\"\n", "\"\\\"\\n\""}}) {
        std::string out;
        append_json_text(out, text);
        CHECK(out == clean);
    }
}

TEST_CASE("in letters of earlier versions our last header counts") {
    auto m = plain("{}");
    m.h = {{"Tidings-Subject", "$JS.API.X"},
           {"Tidings-Status", "200"},
           {"Tidings-Status", "400"},
           {"Tidings-Subject", "s"}};
    CHECK(shown(m).at("subject") == "s");
    CHECK(shown(m).at("status") == "400");
    CHECK(shown(m).at("endpoint") == "a");
    m.subject = "elsewhere";
    CHECK(letter_endpoint(m).empty());
}

TEST_CASE("a letter's event is found by its time, in older letters by its id") {
    auto letter = stored(write_letter(event("x"), {}), "webhooks.dead-letters.a");
    bus::stored_message original{7, "s", "x", "2023-11-14T22:13:20.123456789Z", {{"nats-msg-id", "e-1"}}};
    CHECK(is_event_of(letter, original));
    original.time = "2023-11-14T22:13:20.223456789Z";
    CHECK_FALSE(is_event_of(letter, original));
    std::erase_if(letter.h, [](const auto& h) { return h.first == "Tidings-Stream-Time"; });
    CHECK(is_event_of(letter, original));
    original.subject = "other";
    CHECK_FALSE(is_event_of(letter, original));
    original = {7, "s", "x", "", {}};
    CHECK_FALSE(is_event_of(letter, original));
}

TEST_CASE("a letter tells its endpoint from a later one of the same name") {
    auto g = event("{}");
    g.endpoint_created_at = "2026-01-01T00:00:00.000001Z";
    const auto m = stored(write_letter(g, {}), "webhooks.dead-letters.a");
    CHECK(letter_header(m, "Tidings-Endpoint-Created") == g.endpoint_created_at);
}

}  // namespace tidings::broadcaster
