#include "http/message/media_type.hpp"

#include "support/catch.hpp"

using namespace tidings::http;

TEST_CASE("JSON in UTF-8 is accepted with any parameters") {
    const char* cases[] = {"application/json",
                           " Application/JSON ; charset=UTF-8",
                           "application/json;charset=\"utf-8\"",
                           "application/json; charset=utf8",
                           "application/json; charset=utf-8; v=1",
                           "application/json; charset=utf-8;",
                           "application/json ;; charset=utf-8 ; ",
                           "application/json; v=1; charset=utf-8",
                           "application/json; profile=\"a;charset=latin1\"",
                           R"(application/json; p="a\"; charset=x"; q=1)",
                           "application/json; charset=\"U\\TF-8\"",
                           "application/json; IEEE754Compatible=true; odata.metadata=full"};
    for (const auto* type : cases) {
        INFO(type);
        CHECK(media_type_fits(type, false));
        CHECK(media_type_fits(type, true));
    }
}

TEST_CASE("other types, other charsets and invalid media types are rejected") {
    const char* cases[] = {"",
                           "json",
                           "/",
                           "text/plain",
                           "application/jsonp",
                           "application/json+x",
                           "application/json x",
                           "application/json, application/json",
                           "application /json",
                           "application/x-www-form-urlencoded",
                           "application/json; charset=iso-8859-1",
                           "application/json; v=1; charset=iso-8859-1",
                           "application/json; charset=utf-8; charset=utf-16",
                           "application/json; charset=\"utf-16\"",
                           "application/json; charset=",
                           "application/json; charset",
                           "application/json; =utf-8",
                           "application/json; charset=\"utf-8",
                           "application/json; charset=utf-8 utf-8"};
    for (const auto* type : cases) {
        INFO(type);
        CHECK_FALSE(media_type_fits(type, false));
        CHECK_FALSE(media_type_fits(type, true));
    }
}

TEST_CASE("a merge patch is accepted only for PATCH") {
    CHECK(media_type_fits("application/merge-patch+json; v=1", true));
    CHECK_FALSE(media_type_fits("application/merge-patch+json", false));
    CHECK_FALSE(media_type_fits("application/json-patch+json", true));
    CHECK(media_type_is("Application/JSON-Patch+json ; charset=utf-8", "application/json-patch+json"));
    CHECK_FALSE(media_type_is("application/json", "application/json-patch+json"));
}

TEST_CASE("only the identity content coding is accepted") {
    for (const auto* coding : {"", "identity", "Identity", " identity , identity", ","})
        CHECK(content_coding_fits(coding));
    for (const auto* coding : {"gzip", "identity, gzip", "br", "identity;q=1", "\"gzip\""})
        CHECK_FALSE(content_coding_fits(coding));
}
