#include "http/message/accept.hpp"

#include <array>
#include <string>

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
          "application/*;q=0, application/json", "text/plain;x=\"a,b\", application/json"}) {
        INFO(accept);
        CHECK(takes_one_of(json, accept));
    }
    for (const auto* accept : {"text/html", "application/jsonp", "*/*;q=0", "application/*;q=0.000", "image/*",
                               "application/json;q=0, application/problem+json;q=0, */*"}) {
        INFO(accept);
        CHECK_FALSE(takes_one_of(json, accept));
    }
}

TEST_CASE("an Accept that is not well-formed is passed over") {
    for (const auto* accept : {"text/html;q=2", "text/html;q=0.1234", "text/html text/plain", "text/html;q=", "=",
                               "text/html;q=1.5", "text/html;q=-1", "text/html;x=\"", ",,"}) {
        INFO(accept);
        CHECK(takes_one_of(json, accept));
    }
}

TEST_CASE("the coding that is liked best is chosen, of equals zstd") {
    const std::pair<const char*, coding> cases[] = {
        {"", coding::identity},
        {"gzip", coding::gzip},
        {"x-gzip", coding::gzip},
        {"GZip", coding::gzip},
        {"gzip, deflate, br, zstd", coding::zstd},
        {"gzip, deflate, br", coding::gzip},
        {"br, deflate", coding::identity},
        {"zstd;q=0.5, gzip;q=0.8", coding::gzip},
        {"zstd;q=0.8, gzip;q=0.5", coding::zstd},
        {"zstd;q=0, gzip", coding::gzip},
        {"gzip;q=0", coding::identity},
        {"identity, gzip;q=0.5", coding::identity},
        {"identity;q=0.5, gzip;q=0.5", coding::gzip},
        {"*", coding::gzip},
        {"*;q=0", coding::identity},
        {"gzip;q=0, *", coding::identity},
        {"identity;q=0, gzip;q=0.1", coding::gzip},
        {"gzip;q=x", coding::identity},
        {"gzip gzip", coding::identity},
    };
    for (const auto& [accepted, expected] : cases) {
        INFO(accepted);
        CHECK(choose_coding(accepted, true) == expected);
    }
}

TEST_CASE("what is small is in no coding unless that is refused") {
    CHECK(choose_coding("gzip, zstd", false) == coding::identity);
    CHECK(choose_coding("gzip;q=1", false) == coding::identity);
    CHECK(choose_coding("gzip, identity;q=0", false) == coding::gzip);
    CHECK(choose_coding("zstd, *;q=0", false) == coding::zstd);
    CHECK(choose_coding("br, *;q=0", false) == coding::identity);
}
