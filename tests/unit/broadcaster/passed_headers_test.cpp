#include "domain/passed_headers.hpp"

#include <vector>

#include "support/catch.hpp"

namespace tidings::broadcaster {

namespace {

using list = std::vector<std::pair<std::string_view, std::string_view>>;

const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string of(const list& h, std::string_view content_type = "application/json") {
    return passed_headers("orders.made", content_type, h);
}

const std::string subject = "\r\nNats-Subject: orders.made";

}  // namespace

TEST_CASE("the subject of a message is passed on, and nothing that its publisher did not mean for receivers") {
    CHECK(of({}) == subject);
    CHECK(of({{"Nats-Msg-Id", "1"}, {"Tidings-Key", "k"}, {"Authorization", "secret"}, {"X-Mine", "1"}}) == subject);
}

TEST_CASE("a subject is fit for a header") {
    CHECK(passed_headers("a.%.\xc3\xa4\x7f", "", {}) == "\r\nNats-Subject: a.%25.%C3%A4%7F");
    CHECK(passed_headers(std::string(1'024, 'a'), "", {}).size() > 1'024);
    CHECK(passed_headers(std::string(1'025, 'a'), "", {}).empty());
    CHECK(passed_headers("", "", {}).empty());
}

TEST_CASE("the attributes of a CloudEvent in binary mode are passed on, in lower case") {
    CHECK(of({{"ce-id", "1"}, {"CE-Type", "com.shop.made"}, {"ce-shop2", "D%C3%BCren"}}) ==
          subject + "\r\nce-id: 1\r\nce-type: com.shop.made\r\nce-shop2: D%C3%BCren");
    CHECK(of({{"ce-datacontenttype", "text/csv"}}) == subject);
    CHECK(of({{"ce-type", "a"}, {"Ce-Type", "b"}}) == subject + "\r\nce-type: a");
}

TEST_CASE("a structured CloudEvent has its attributes in its body") {
    CHECK(of({{"ce-type", "a"}}, "application/cloudevents+json; charset=utf-8") == subject);
    CHECK(of({{"traceparent", trace}}, "application/cloudevents+json") == subject + "\r\ntraceparent: " + trace);
}

TEST_CASE("a trace goes on where it is one") {
    CHECK(of({{"Traceparent", trace}, {"tracestate", "a=1"}}) ==
          subject + "\r\ntraceparent: " + trace + "\r\ntracestate: a=1");
    CHECK(of({{"traceparent", "00-nonsense"}, {"tracestate", "a=1"}}) == subject);
    CHECK(of({{"traceparent", trace}, {"tracestate", std::string(513, 'a')}}) == subject + "\r\ntraceparent: " + trace);
}

TEST_CASE("what is no header of HTTP is left out, and never cut") {
    CHECK(of({{"ce-a", "x\r\nHost: evil"}, {"ce-b", "\xc3\xa4"}, {"ce-c", ""}, {"ce-", "1"}, {"ce-d e", "1"}}) ==
          subject);
    CHECK(of({{"ce-a:b", "1"}, {"ce-a_b", "1"}, {"ce-" + std::string(62, 'a'), "1"}}) == subject);
    CHECK(of({{"ce-a", std::string(1'025, 'x')}, {"ce-b", "1"}}) == subject + "\r\nce-b: 1");
    const std::string long_value(1'000, 'x');
    std::vector<std::string> names;
    for (int i = 0; i < 100; ++i)
        names.push_back("ce-a" + std::to_string(i));
    list many;
    for (const auto& name : names)
        many.emplace_back(name, long_value);
    CHECK(of(many).size() > 3'000);
    CHECK(of(many).size() <= 4'096);
}

}  // namespace tidings::broadcaster
