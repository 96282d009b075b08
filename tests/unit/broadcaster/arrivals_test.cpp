#include "reading/arrivals.hpp"

#include "support/catch.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

const runtime::time_point t0{1h};

bus::delivery message(std::uint64_t sequence) {
    bus::delivery d;
    d.msg = bus::make_message("s", "", {}, "x");
    d.stream_sequence = sequence;
    return d;
}

// The gap before the front one, which is then taken.
std::optional<std::pair<std::uint64_t, std::uint64_t>> gap_before_front(arrivals& a) {
    REQUIRE(a.front() != nullptr);
    const auto gap = a.take_gap();
    a.pop();
    if (!gap) return std::nullopt;
    return std::pair{gap->first, gap->next};
}

using gap = std::optional<std::pair<std::uint64_t, std::uint64_t>>;

}  // namespace

TEST_CASE("messages that follow each other are handed over without a look at the stream") {
    arrivals a;
    a.expect(4);
    CHECK_FALSE(a.add(message(4), t0));
    CHECK_FALSE(a.add(message(5), t0));
    CHECK(gap_before_front(a) == gap());
    CHECK(gap_before_front(a) == gap());
}

TEST_CASE("what is missing has expired if the stream begins later, and was deleted if it does not") {
    const auto begins = GENERATE(1, 10);
    arrivals a;
    a.expect(1);
    CHECK(a.add(message(10), t0) == t0);
    CHECK(a.front() == nullptr);
    a.begin_look(t0);
    CHECK(a.front() == nullptr);
    CHECK_FALSE(a.looked(begins));
    CHECK(gap_before_front(a) == (begins == 10 ? gap({1, 10}) : gap()));
}

TEST_CASE("a gap soon after a look is looked at as well, a little later") {
    arrivals a;
    a.expect(1);
    REQUIRE(a.add(message(10), t0));
    a.begin_look(t0);
    REQUIRE_FALSE(a.looked(10));
    CHECK(gap_before_front(a) == gap({1, 10}));
    CHECK(a.add(message(20), t0 + arrivals::look_period / 2) == t0 + arrivals::look_period);
    CHECK(a.front() == nullptr);
    a.begin_look(t0 + arrivals::look_period);
    a.looked(20);
    CHECK(gap_before_front(a) == gap({11, 20}));
}

TEST_CASE("a look says nothing of a gap that came while it was under way") {
    arrivals a;
    a.expect(1);
    REQUIRE(a.add(message(10), t0));
    a.begin_look(t0);
    CHECK_FALSE(a.add(message(20), t0 + 1ms));
    CHECK(a.looked(10) == t0 + arrivals::look_period);
    CHECK(gap_before_front(a) == gap({1, 10}));
    CHECK(a.front() == nullptr);
    a.begin_look(t0 + arrivals::look_period);
    CHECK_FALSE(a.looked(20));
    CHECK(gap_before_front(a) == gap({11, 20}));
}

TEST_CASE("one look is enough for all that came before it") {
    arrivals a;
    a.expect(1);
    REQUIRE(a.add(message(3), t0));
    CHECK_FALSE(a.add(message(7), t0));
    CHECK_FALSE(a.add(message(9), t0));
    a.begin_look(t0);
    CHECK_FALSE(a.looked(8));
    CHECK(gap_before_front(a) == gap({1, 3}));
    CHECK(gap_before_front(a) == gap({4, 7}));
    CHECK(gap_before_front(a) == gap());  // 8 is there, and not meant for this reader
}

TEST_CASE("what is missing is not passed over while the stream holds it") {
    const auto [begins, complete_to, lacking] = GENERATE(table<std::uint64_t, std::uint64_t, bool>({
        {1, 20, true},    // a server that lags
        {4, 20, true},    // a part of it expired
        {10, 20, false},  // all of it did
        {1, 0, false},    // something was deleted from the middle: perhaps this
        {1, 9, false},    // the leader knows less than the server that delivers
        {1, 10, true},
    }));
    CAPTURE(begins, complete_to);
    arrivals a;
    a.expect(1);
    REQUIRE(a.add(message(10), t0));
    CHECK_FALSE(a.lacking());
    a.begin_look(t0);
    CHECK_FALSE(a.looked(begins, complete_to));
    CHECK(a.lacking() == lacking);
    CHECK((a.front() == nullptr) == lacking);
    a.clear();
    CHECK_FALSE(a.lacking());
}

TEST_CASE("a look that began before the gap says nothing of what the stream holds in it") {
    arrivals a;
    a.expect(10);
    a.add(message(10), t0);
    REQUIRE(a.add(message(12), t0));
    a.begin_look(t0);
    a.add(message(20), t0 + 1ms);
    CHECK(a.looked(12, 11) == t0 + arrivals::look_period);
    CHECK_FALSE(a.lacking());
    a.begin_look(t0 + arrivals::look_period);
    CHECK_FALSE(a.looked(12, 20));
    CHECK(a.lacking());
}

TEST_CASE("after a look that failed the next gap is looked at") {
    arrivals a;
    a.expect(1);
    REQUIRE(a.add(message(3), t0));
    a.begin_look(t0);
    a.gave_up();
    a.clear();
    a.expect(3);
    CHECK(a.add(message(7), t0 + 1s) == t0 + 1s);
}

}  // namespace tidings::broadcaster
