#include "http/message/accept.hpp"

#include <array>

#include "support/catch.hpp"

using namespace tidings::http;

namespace {

constexpr std::array<std::string_view, 2> json{"application/json", "application/problem+json"};

}  // namespace

TEST_CASE("the most specific range of Accept decides") {
    for (const auto* accept :
         {"", "*/*", "application/json", "Application/JSON;charset=utf-8", "application/*", "text/html, */*;q=0.1",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/problem+json",
          "application/json;q=0, application/problem+json", "text/html;q=0, application/*;q=0.001",
          "application/*;q=0, application/json"}) {
        INFO(accept);
        CHECK(preferred(accept, json));
    }
    for (const auto* accept : {"text/html", "application/jsonp", "*/*;q=0", "application/*;q=0.000", "image/*",
                               "application/json;q=0, application/problem+json;q=0, */*"}) {
        INFO(accept);
        CHECK_FALSE(preferred(accept, json));
    }
}

TEST_CASE("of what a client takes the type that it likes best is chosen, of equals the first") {
    CHECK(preferred("application/problem+json, application/json;q=0.9", json) == 1);
    CHECK(preferred("application/problem+json, application/json", json) == 0);
    CHECK(preferred("application/*;q=0.5, application/problem+json", json) == 1);
}
