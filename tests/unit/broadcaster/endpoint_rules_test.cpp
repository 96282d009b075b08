#include "domain/endpoint_rules.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

bool usable_url(std::string_view url) { return url.starts_with("https://"); }

constexpr endpoint_policy from_operator{.usable_url = usable_url};
constexpr endpoint_policy from_api{.usable_url = usable_url, .is_operator = false};

endpoint_spec good() {
    endpoint_spec s;
    s.values.name = "billing";
    s.values.url = "https://billing.example/hook";
    return s;
}

std::vector<std::string> pointers(const endpoint_spec& s, const endpoint_policy& policy = from_operator) {
    std::vector<std::string> all;
    const auto made = make_endpoint(s, policy);
    if (made.has_error())
        for (const auto& v : made.error())
            all.push_back(v.pointer);
    return all;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("a minimal endpoint has the defaults") {
    const auto made = make_endpoint(good(), from_operator);
    REQUIRE(made.has_value());
    CHECK(made->name == "billing");
    CHECK(made->format == webhook_format::cloudevents);
    CHECK(made->order == ordering::none);
    CHECK(made->enabled);
    CHECK(made->timeout == 15s);
    CHECK(made->retry_schedule.size() == 10);
}

TEST_CASE("a spec is converted to an endpoint and back") {
    auto s = good();
    s.ordering = "per-key";
    s.deliver_from = "beginning";
    const auto made = make_endpoint(s, from_operator);
    REQUIRE(made.has_value());
    CHECK(made->order == ordering::per_key);
    CHECK(made->from_the_beginning);
    CHECK(spec_of(*made).ordering == "per-key");
    CHECK(spec_of(*made).deliver_from == "beginning");
}

TEST_CASE("every violation is reported at once with its pointer") {
    auto s = good();
    s.values.name = "A b";
    s.values.url = "ftp://x/";
    s.values.secrets = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "plain"};
    s.values.event_types = {"a.*", "*.b", "a.>", ""};
    s.format = "sms";
    s.ordering = "sorted";
    s.values.connections = 0;
    s.values.timeout = 1h;
    s.values.retry_schedule = {1s, -1s};
    CHECK(pointers(s) == list{"/name", "/url", "/secrets/1", "/events/2", "/events/3", "/format", "/ordering",
                              "/connections", "/timeout", "/retry_schedule/1"});
}

TEST_CASE("the lists and texts of an endpoint are bounded") {
    auto s = good();
    s.values.name = std::string(41, 'a');
    s.values.url = "https://x/" + std::string(longest_url, 'x');
    s.values.secrets.assign(11, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    s.values.event_types.assign(101, "a");
    s.values.event_types[0] = std::string(256, 'a');
    s.values.retry_schedule.assign(51, 1s);
    CHECK(pointers(s) == list{"/name", "/url", "/secrets", "/events", "/events/0", "/retry_schedule"});
}

TEST_CASE("a detail says how to fix it and shows neither secret nor url") {
    auto s = good();
    s.values.url = "hush";
    s.values.secrets = {"hush hush"};
    const auto made = make_endpoint(s, from_operator);
    REQUIRE(made.has_error());
    for (const auto& v : made.error())
        CHECK(v.detail.find("hush") == std::string::npos);
    s = good();
    s.values.max_in_flight = 10'001;
    CHECK(make_endpoint(s, from_operator).error() ==
          violations{{"/max_in_flight", "'10001' is out of range; use 1..10000"}});
    s = good();
    s.values.first_probe = 1min;
    s.values.longest_probe = 1s;
    CHECK(make_endpoint(s, from_operator).error() ==
          violations{{"/first_probe", "'1m' is longer than longest_probe, which is '1s'"}});
}

TEST_CASE("format log-only allows no url") {
    auto s = good();
    s.format = "log-only";
    CHECK(pointers(s) == list{"/url"});
    s.values.url.clear();
    CHECK(pointers(s).empty());
}

TEST_CASE("only the operator may allow private addresses or name a ca_file") {
    auto s = good();
    s.values.allow_private_addresses = true;
    s.values.ca_file = "/etc/shadow";
    CHECK(pointers(s).empty());
    CHECK(pointers(s, from_api) == list{"/allow_private_addresses", "/ca_file"});
    auto all_may = from_api;
    all_may.allow_private_addresses = true;
    CHECK(pointers(s, all_may) == list{"/ca_file"});
}

TEST_CASE("the broadcaster's own streams and buckets are no source of events, whoever asks") {
    const auto* const stream = GENERATE("KV_WEBHOOK_ENDPOINTS", "KV_WEBHOOK_POSITIONS", "WEBHOOK_RETRIES",
                                        "WEBHOOK_ATTEMPTS", "WEBHOOK_DEAD_LETTERS");
    CAPTURE(stream);
    auto s = good();
    s.values.source_stream = stream;
    CHECK(pointers(s) == list{"/source/stream"});
    CHECK(pointers(s, from_api) == list{"/source/stream"});
}

TEST_CASE("streams of others are sources of events, also those whose names resemble our own") {
    auto s = good();
    s.values.source_stream = GENERATE("ORDERS", "KV_SETTINGS", "WEBHOOK_ENDPOINTS", "KV_WEBHOOK_RETRIES", "KV_");
    CHECK(pointers(s, from_api).empty());
}

TEST_CASE("a duration out of range is named with its value and the range") {
    auto s = good();
    s.values.timeout = 10ms;
    s.values.first_probe = 2h;
    s.values.longest_probe = 25h;
    s.values.longest_retry_after = 500ms;
    s.values.retry_schedule = {1s, std::chrono::days(400)};
    const violations expected{{"/timeout", "'10ms' is out of range; use 100ms..5m"},
                              {"/first_probe", "'2h' is out of range; use 10ms..1h"},
                              {"/longest_probe", "'25h' is out of range; use 10ms..1d"},
                              {"/longest_retry_after", "'500ms' is out of range; use 1s..7d"},
                              {"/retry_schedule/1", "'400d' is out of range; use 0s..365d"}};
    CHECK(make_endpoint(s, from_operator).error() == expected);
}

TEST_CASE("chat formats take a url, and that of telegram names the chat") {
    auto s = good();
    for (const auto& [name, format] :
         {std::pair{"slack", webhook_format::slack}, {"discord", webhook_format::discord}}) {
        s.format = name;
        const auto made = make_endpoint(s, from_api);
        REQUIRE(made.has_value());
        CHECK(made->format == format);
        CHECK(spec_of(*made).format == name);
    }
    s.format = "telegram";
    CHECK(pointers(s) == list{"/url"});
    s.values.url = "https://api.telegram.org/bot1:x/sendMessage?chat_id=-7";
    REQUIRE(make_endpoint(s, from_api).has_value());
    CHECK(make_endpoint(s, from_api)->format == webhook_format::telegram);
}
