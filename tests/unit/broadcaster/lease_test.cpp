#include "domain/lease.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const lease_watch::time_point t0{1000s};

}  // namespace

TEST_CASE("a lease that is free or was given up may be taken immediately") {
    lease_watch w;
    w.saw(0, {}, t0);
    CHECK(w.takeable(t0));
    w.saw(5, {"", 17}, t0);
    CHECK(w.takeable(t0));
    CHECK(w.record().resume == 17);
}

TEST_CASE("a renewed lease is never taken, an expired one is") {
    lease_watch w;
    for (std::uint64_t revision = 1; revision < 20; ++revision) {
        const auto now = t0 + revision * 2s;
        w.saw(revision, {"other", 1}, now);
        CHECK_FALSE(w.takeable(now + 2s));
    }
    const auto last = t0 + 19 * 2s;
    w.saw(19, {"other", 1}, last + 6s);
    CHECK_FALSE(w.takeable(last + 6999ms));
    CHECK(w.takeable(last + 7s));
}

TEST_CASE("an owner stops before another may start") { CHECK(lease_owned_for < lease_taken_after); }

TEST_CASE("a record survives its JSON, and malformed JSON is rejected") {
    const auto back = lease_record::parse(lease_record{"replica-1", 42}.to_json());
    REQUIRE(back);
    CHECK(back->owner == "replica-1");
    CHECK(back->resume == 42);
    for (const char* text :
         {"", "x", "[]", "{}", R"({"owner":1,"resume":1})", R"({"owner":"a"})", R"({"owner":"a","resume":-1})"}) {
        INFO(text);
        CHECK_FALSE(lease_record::parse(text));
    }
}
