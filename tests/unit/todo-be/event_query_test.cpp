// What a request asks of the change feed.
#include "api/event_query.hpp"

#include "feed/fan_out.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

http::request asked(std::vector<std::pair<std::string, std::string>> query,
                    std::vector<std::pair<std::string, std::string>> headers = {}) {
    http::request r;
    r.query = std::move(query);
    r.headers = std::move(headers);
    return r;
}

violations wrong_in(const http::request& r, event_form form = event_form::page) {
    violations wrong;
    const auto q = read_event_query(r, form, wrong);
    CHECK(q.has_error());
    return wrong;
}

event_query read(const http::request& r, event_form form = event_form::page) {
    violations wrong;
    return read_event_query(r, form, wrong).value();
}

}  // namespace

TEST_CASE("a page or a stream, by Accept") {
    CHECK(form_of(asked({})).value() == event_form::page);
    CHECK(form_of(asked({}, {{"accept", "*/*"}})).value() == event_form::page);
    CHECK(form_of(asked({}, {{"accept", "text/event-stream"}})).value() == event_form::stream);
    CHECK(form_of(asked({}, {{"accept", "image/png"}})).error() == errc::not_acceptable);
}

TEST_CASE("where to go on is a number, and the header counts more") {
    CHECK_FALSE(read(asked({})).after);
    CHECK(read(asked({})).limit == 100);
    CHECK(read(asked({{"after", "0"}, {"limit", "1000"}})).after == 0);
    CHECK(read(asked({{"after", "9223372036854775807"}})).after == INT64_MAX);
    CHECK(read(asked({{"after", "5"}}, {{"last-event-id", "7"}}), event_form::stream).after == 7);
    CHECK(read(asked({{"after", "5"}}, {{"last-event-id", ""}})).after == 5);
}

TEST_CASE("what the change feed does not understand is named") {
    for (const auto* text : {"", "x", "-1", "-0", "+1", "1 ", "1.0", "9223372036854775808"})
        CHECK(wrong_in(asked({{"after", text}})) == violations{{"after", errc::after_invalid}});
    for (const auto* text : {"", "0", "1001", "-1", "x"})
        CHECK(wrong_in(asked({{"limit", text}})) == violations{{"limit", errc::limit_invalid}});
    CHECK(wrong_in(asked({{"after", "1"}, {"after", "1"}})) == violations{{"after", errc::key_repeated}});
    CHECK(wrong_in(asked({{"limit", "5"}}), event_form::stream) ==
          violations{{"limit", errc::event_parameter_unknown}});
    CHECK(wrong_in(asked({{"since", "5"}})) == violations{{"since", errc::event_parameter_unknown}});
    CHECK(wrong_in(asked({}, {{"last-event-id", "abc"}})).empty());
    CHECK(wrong_in(asked({}, {{"last-event-id", "1"}, {"last-event-id", "2"}})).empty());
    CHECK(wrong_in(asked(std::vector<std::pair<std::string, std::string>>(500, {"x", ""}))).size() == 21);
}

TEST_CASE("few streams wait for nothing, and many for little") {
    using namespace std::chrono_literals;
    CHECK(gathering_time(0) == 0us);
    CHECK(gathering_time(99) == 0us);
    CHECK(gathering_time(1'000) == 10ms);
    CHECK(gathering_time(5'000'000) == 20ms);
}
