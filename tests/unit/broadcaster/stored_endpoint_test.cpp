#include "registry/stored_endpoint.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

bool usable_url(std::string_view url) { return url.starts_with("https://"); }
constexpr endpoint_policy policy{.usable_url = usable_url, .is_operator = false};
constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

secret_box box(const char* key) { return *secret_box::parse(key); }
secret_box box() { return box("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="); }

stored_endpoint billing() {
    stored_endpoint s;
    s.document = boost::json::parse(R"({"name": "billing", "url": "https://x/"})").as_object();
    s.incarnation = "0123456789ab";
    s.created_at = "2026-01-31T12:00:00Z";
    s.start = {"TODOS", "2026-01-30T12:00:00Z", 43};
    s.secrets = {box().seal(secret, "billing")};
    return s;
}

std::string told(const stored_endpoint& s, const secret_box& b) {
    const auto opened = s.open("billing", b, policy);
    return opened ? "" : opened.error().front().pointer + " " + opened.error().front().detail;
}

}  // namespace

TEST_CASE("an endpoint is stored and read back without a plain secret") {
    const auto text = billing().text();
    CHECK(text.find("MfKQ9r8G") == std::string::npos);
    const auto read = stored_endpoint::parse(text);
    REQUIRE(read.has_value());
    CHECK(read->start.stream == "TODOS");
    CHECK(read->start.sequence == 43);
    const auto opened = read->open("billing", box(), policy);
    REQUIRE(opened.has_value());
    CHECK(opened->secrets == std::vector<std::string>{secret});
    CHECK(opened->incarnation == "0123456789ab");
    CHECK(opened->start_sequence == 43);
    CHECK(opened->start_created == "2026-01-30T12:00:00Z");
    CHECK(identity_of(*opened) == "billing_0123456789ab");
    CHECK(opened->created_at == "2026-01-31T12:00:00Z");
}

TEST_CASE("a stored endpoint that cannot be used says why") {
    CHECK(stored_endpoint::parse("nonsense").has_error());
    CHECK(stored_endpoint::parse("[]").has_error());
    CHECK(stored_endpoint::parse("{}").has_error());
    CHECK(told(billing(), secret_box()).find("/secrets/0 was encrypted with key ") == 0);
    auto s = billing();
    s.secrets = {"whsec_x"};
    CHECK(told(s, box()).find("is not an encrypted secret") != std::string::npos);
    s = billing();
    s.secrets = {box().seal(secret, "another")};
    CHECK(told(s, box()).find("is damaged") != std::string::npos);
    s = billing();
    s.document["secrets"] = boost::json::array{secret};
    CHECK(told(s, box()).find("/secrets must not be stored unencrypted") == 0);
    s = billing();
    s.document["allow_private_addresses"] = true;
    CHECK(told(s, box()).find("/allow_private_addresses") == 0);
    s = billing();
    s.document["name"] = "another";
    CHECK(told(s, box()).find("/name") == 0);
    s = billing();
    s.start.sequence = 0;
    CHECK(told(s, box()).find("no start") != std::string::npos);
    s = billing();
    s.version = 2;
    CHECK(told(s, box()).find("was written by a later version") != std::string::npos);
}
