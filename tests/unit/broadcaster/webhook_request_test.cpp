#include "delivery/webhook_request.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::broadcaster;

namespace {

endpoint described(std::vector<std::string> secrets) {
    endpoint e;
    e.name = "demo";
    e.url = "http://receiver.example:8080/hook?x=1";
    e.secrets = std::move(secrets);
    return e;
}

std::string value_of(const std::string& request, const std::string& header) {
    const auto at = request.find("\r\n" + header + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + header.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
}

}  // namespace

TEST_CASE("the head of a webhook is that of a Standard Webhooks POST, for the body that follows") {
    const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const auto e = described({secret});
    webhook_request request(e, *http::parse_url(e.url));
    std::string bytes = "what was there before";
    request.write(bytes, "msg_1", "application/cloudevents+json", 1614265330, R"({"a":1})");
    CHECK(bytes.starts_with("POST /hook?x=1 HTTP/1.1\r\nHost: receiver.example:8080\r\n"));
    CHECK(value_of(bytes, "Content-Type") == "application/cloudevents+json");
    CHECK(value_of(bytes, "webhook-id") == "msg_1");
    CHECK(value_of(bytes, "webhook-timestamp") == "1614265330");
    CHECK(value_of(bytes, "Content-Length") == "7");
    CHECK(bytes.ends_with("\r\nContent-Length: 7\r\n\r\n"));
    const auto at = std::chrono::system_clock::from_time_t(1614265330);
    CHECK(signing::verify_webhook({secret}, "msg_1", "1614265330", value_of(bytes, "webhook-signature"), R"({"a":1})",
                                  at));
}

TEST_CASE("what an event has in headers follows its content type") {
    const auto e = described({});
    webhook_request request(e, *http::parse_url(e.url));
    std::string bytes;
    request.write(bytes, "id", "application/json", 1, "{}", "\r\nNats-Subject: orders.made");
    CHECK(bytes.find("\r\nContent-Type: application/json\r\nNats-Subject: orders.made\r\nwebhook-id: id\r\n") !=
          std::string::npos);
}

TEST_CASE("during a rotation both the old and the new key sign") {
    const std::string fresh = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const std::string old = "YW4gb2xkIHNlY3JldCB3aXRob3V0IHByZWZpeCE=";
    const auto e = described({fresh, old});
    webhook_request request(e, *http::parse_url(e.url));
    std::string bytes;
    request.write(bytes, "id", "application/json", 1614265330, "{}");
    const auto signature = value_of(bytes, "webhook-signature");
    const auto at = std::chrono::system_clock::from_time_t(1614265330);
    CHECK(signing::verify_webhook({fresh}, "id", "1614265330", signature, "{}", at));
    CHECK(signing::verify_webhook({old}, "id", "1614265330", signature, "{}", at));
    CHECK_FALSE(
        signing::verify_webhook({"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "id", "1614265330", signature, "{}", at));
}

TEST_CASE("without a secret nothing is signed") {
    const auto e = described({});
    webhook_request request(e, *http::parse_url(e.url));
    std::string bytes;
    request.write(bytes, "id", "application/json", 1, "{}");
    CHECK(value_of(bytes, "webhook-signature").empty());
}

TEST_CASE("an unusable secret is rejected with the endpoint's name, not shown") {
    const auto e = described({"short"});
    try {
        webhook_request request(e, *http::parse_url(e.url));
        FAIL("accepted");
    } catch (const std::invalid_argument& refusal) {
        CHECK(std::string(refusal.what()).find("demo") != std::string::npos);
        CHECK(std::string(refusal.what()).find("short") == std::string::npos);
    }
}
