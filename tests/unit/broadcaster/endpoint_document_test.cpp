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
