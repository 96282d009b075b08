#include "registry/endpoint_document.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

json::object object(const char* text) { return json::parse(text).as_object(); }

violations problems(const char* text) {
    violations wrong;
    read_document(object(text), {}, wrong);
    return wrong;
}

}  // namespace

TEST_CASE("a document has the keys of the YAML file") {
    violations wrong;
    const auto s =
        read_document(object(R"({"name": "billing", "url": "https://x/", "secrets": ["a", "b"], "events": ["io.*"],
                   "source": {"stream": "ORDERS", "subject": "orders.>"}, "deliver_from": 43,
                   "ordering": "per-key", "timeout": "3s", "max_in_flight": 1e1, "enabled": false,
                   "retry_schedule": ["1s", "250ms"]})"),
                      {}, wrong);
    CHECK(wrong.empty());
    CHECK(s.values.name == "billing");
    CHECK(s.values.secrets == std::vector<std::string>{"a", "b"});
    CHECK(s.values.source_stream == "ORDERS");
    CHECK(s.values.source_subject == "orders.>");
    CHECK(s.deliver_from == "43");
    CHECK(s.ordering == "per-key");
    CHECK(s.values.timeout == 3s);
    CHECK(s.values.max_in_flight == 10);
    CHECK_FALSE(s.values.enabled);
    CHECK(s.values.retry_schedule == std::vector<milliseconds>{1s, 250ms});
    CHECK(s.values.longest_probe == 1h);
}

TEST_CASE("unknown members and wrong types are reported") {
    const auto wrong = problems(R"({"name": 1, "a/b~": 1, "secrets": "x", "events": [1], "verify_tls": "yes",
                                    "connections": 1.5, "timeout": 15, "retry_schedule": ["1s", "soon"],
                                    "source": {"stream": 1, "queue": "x"}})");
    std::vector<std::string> pointers;
    for (const auto& v : wrong)
        pointers.push_back(v.pointer);
    CHECK(pointers == std::vector<std::string>{"/name", "/source/stream", "/source/queue", "/secrets", "/events/0",
                                               "/verify_tls", "/connections", "/timeout", "/retry_schedule/1",
                                               "/a~1b~0"});
}

TEST_CASE("a member that is no setting of the API's is refused with what to do instead") {
    const auto detail = [](const char* text) {
        const auto wrong = problems(text);
        REQUIRE(wrong.size() == 1);
        return wrong.front().detail;
    };
    CHECK(detail(R"({"secret": "whsec_x"})").find("use \"secrets\"") != std::string::npos);
    CHECK(detail(R"({"secret_files": []})").find("use \"secrets\"") != std::string::npos);
    CHECK(detail(R"({"state": "healthy"})").find("leave it out") != std::string::npos);
    CHECK(detail(R"({"source": {"state": 1}})") == "is not a setting of an endpoint");
    CHECK(detail(R"({"failure_threshold": -1})") == "must be a whole number; use 1..1000");
}

TEST_CASE("what GET gave can be put: what it only shows is passed over, and the url stays") {
    const auto put = [](const char* given, const char* before) { return replacement(object(given), object(before)); };
    CHECK(put(R"({"name": "a", "state": "paused", "timeout": "1s", "start": {}, "warnings": []})",
              R"({"url": "https://x/", "timeout": "2s"})") ==
          object(R"({"name": "a", "timeout": "1s", "url": "https://x/"})"));
    CHECK(put(R"({"url": "https://y/"})", R"({"url": "https://x/"})") == object(R"({"url": "https://y/"})"));
    CHECK(put(R"({"format": "log-only"})", R"({"url": "https://x/"})") == object(R"({"format": "log-only"})"));
    CHECK(put(R"({"colour": 1})", "{}") == object(R"({"colour": 1})"));
}

TEST_CASE("where an endpoint begins stays, and another place is refused") {
    const auto keeps = [](const char* text, const char* before, const char* after) {
        auto document = object(text);
        violations wrong;
        auto s = read_document(document, {}, wrong);
        const bool kept = keep_place(document, s, object(before));
        return kept && document == object(after);
    };
    CHECK(keeps("{}", "{}", "{}"));
    CHECK(keeps("{}", R"({"deliver_from": 43})", R"({"deliver_from": 43})"));
    CHECK(keeps(R"({"deliver_from": "43"})", R"({"deliver_from": 43})", R"({"deliver_from": "43"})"));
    CHECK(keeps(R"({"deliver_from": "now"})", "{}", R"({"deliver_from": "now"})"));
    CHECK_FALSE(keeps(R"({"deliver_from": "now"})", R"({"deliver_from": 43})", "{}"));
    CHECK_FALSE(keeps(R"({"deliver_from": 43})", "{}", "{}"));
}

TEST_CASE("a merge patch sets, replaces and removes members") {
    auto target = object(R"({"name": "a", "url": "x", "timeout": "1s"})");
    merge_patch(target, object(R"({"url": "y", "timeout": null, "enabled": false, "ca_file": null})"));
    CHECK(target == object(R"({"name": "a", "url": "y", "enabled": false})"));
    merge_patch(target, object(R"({"source": {"stream": "ORDERS", "subject": "orders.>"}})"));
    merge_patch(target, object(R"({"source": {"subject": null}})"));
    CHECK(target.at("source") == object(R"({"stream": "ORDERS"})"));
}

TEST_CASE("a duration that is none, or out of range, is told with its member, its value and the range") {
    CHECK(problems(R"({"timeout": "10ms", "first_probe": "soon", "longest_probe": "400d",
                       "retry_schedule": ["1s", "366d"]})") ==
          violations{{"/timeout", "'10ms' is out of range; use 100ms..5m"},
                     {"/first_probe",
                      "'soon' is not a duration; write a number with ms, s, m, h or d, such as 10s; use 10ms..1h"},
                     {"/longest_probe", "'400d' is out of range; use 10ms..1d"},
                     {"/retry_schedule/1", "'366d' is out of range; use 0s..365d"}});
}
