#include "context/trace_context.hpp"

#include "support/catch.hpp"

using tidings::trace_context;

namespace {

const std::string trace = "0af7651916cd43dd8448eb211c80319c";
const std::string parent = "b7ad6b7169203331";

}  // namespace

TEST_CASE("a traceparent is parsed and formatted") {
    const auto found = trace_context::parse("00-" + trace + "-" + parent + "-01");
    REQUIRE(found);
    CHECK(found->trace_id() == trace);
    CHECK(found->span_id() == parent);
    CHECK(found->sampled());
    CHECK(found->header() == "00-" + trace + "-" + parent + "-01");
}

TEST_CASE("only the lowest flag means sampled") {
    CHECK_FALSE(trace_context::parse("00-" + trace + "-" + parent + "-00")->sampled());
    CHECK_FALSE(trace_context::parse("00-" + trace + "-" + parent + "-02")->sampled());
    CHECK(trace_context::parse("00-" + trace + "-" + parent + "-ff")->sampled());
    CHECK(trace_context::parse("00-" + trace + "-" + parent + "-00")->header().ends_with("-00"));
}

TEST_CASE("a later version may have more fields, and is passed on as version 00") {
    const auto found = trace_context::parse("cc-" + trace + "-" + parent + "-01-what-the-future-brings");
    REQUIRE(found);
    CHECK(found->header() == "00-" + trace + "-" + parent + "-01");
    CHECK(trace_context::parse("cc-" + trace + "-" + parent + "-01"));
    CHECK_FALSE(trace_context::parse("cc-" + trace + "-" + parent + "-01x"));
    CHECK_FALSE(trace_context::parse("00-" + trace + "-" + parent + "-01-more"));
}

TEST_CASE("a malformed traceparent is rejected") {
    const std::string upper = "0AF7651916CD43DD8448EB211C80319C";
    const auto text = GENERATE_COPY(
        std::string(), std::string("00"), "ff-" + trace + "-" + parent + "-01", "0-" + trace + "-" + parent + "-01",
        "0x-" + trace + "-" + parent + "-01", "00-" + upper + "-" + parent + "-01",
        "00_" + trace + "-" + parent + "-01", "00-" + std::string(32, '0') + "-" + parent + "-01",
        "00-" + trace + "-" + std::string(16, '0') + "-01", "00-" + trace + "-" + parent + "-0",
        "00-" + trace + "-" + parent + "-0g", "00-" + trace + "-" + parent + "-1",
        " 00-" + trace + "-" + parent + "-01", "00-" + trace + "-" + parent + "-01 ");
    INFO(text);
    CHECK_FALSE(trace_context::parse(text));
}

TEST_CASE("a new trace is valid and unique") {
    const auto one = trace_context::start();
    const auto two = trace_context::start();
    CHECK(one.trace_id() != two.trace_id());
    CHECK(trace_context::parse(one.header())->trace_id() == one.trace_id());
}

TEST_CASE("a child keeps the trace and gets a new span id") {
    const auto one = *trace_context::parse("00-" + trace + "-" + parent + "-00");
    const auto child = one.child();
    CHECK(child.trace_id() == one.trace_id());
    CHECK(child.span_id() != one.span_id());
    CHECK_FALSE(child.sampled());
    CHECK(trace_context::parse(child.header()));
}

TEST_CASE("an empty trace has no header") {
    CHECK(trace_context().empty());
    CHECK(trace_context().header().empty());
    CHECK(trace_context().trace_id().empty());
    CHECK_FALSE(trace_context::start().empty());
}
