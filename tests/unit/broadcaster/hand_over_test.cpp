#include "domain/hand_over.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const hand_over::time_point t0{};

}  // namespace

TEST_CASE("hand-over: it closes when those that go on may be stopped, ends what hangs a second later, then is over") {
    hand_over h(20s);
    CHECK_FALSE(h.look(false, t0));
    CHECK_FALSE(h.begun());
    CHECK_FALSE(h.closes(true, t0));  // it stays
    CHECK_FALSE(h.look(true, t0));
    CHECK(h.begun());
    CHECK_FALSE(h.closes(false, t0 + 5s));
    CHECK(h.closes(true, t0 + 6s));
    CHECK_FALSE(h.closes(true, t0 + 6s));  // once
    CHECK(h.closed());
    CHECK_FALSE(h.ends(t0 + 6999ms));
    CHECK(h.ends(t0 + 7s));
    CHECK_FALSE(h.over(t0 + 19s));
    CHECK(h.over(t0 + 20s));
}

TEST_CASE("hand-over: with one that hangs it closes a second before the end of its time") {
    hand_over h(20s);
    h.look(true, t0);
    CHECK_FALSE(h.closes(false, t0 + 18999ms));
    CHECK(h.closes(false, t0 + 19s));
    CHECK(h.ends(t0 + 20s));
    CHECK(h.over(t0 + 20s));
}

TEST_CASE("hand-over: one that is taken back begins anew with all its time, but not once it is closed") {
    hand_over h(20s);
    h.look(true, t0);
    CHECK(h.look(false, t0 + 10s));
    CHECK_FALSE(h.look(false, t0 + 10s));  // told once
    CHECK_FALSE(h.closes(false, t0 + 30s));
    h.look(true, t0 + 30s);
    CHECK_FALSE(h.closes(false, t0 + 48s));
    REQUIRE(h.closes(true, t0 + 48s));
    CHECK_FALSE(h.look(false, t0 + 48s));
    CHECK(h.begun());
}
