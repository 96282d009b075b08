#include "http/message/coding.hpp"

#include <utility>

#include "support/catch.hpp"

using namespace tidings::http;

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
        {"gzip;q=2", coding::identity},
        {"gzip;q=0.1234", coding::identity},
        {"gzip;x=\"a,b\";q=0.5, zstd;q=0.1", coding::gzip},
        {",, gzip ,", coding::gzip},
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
