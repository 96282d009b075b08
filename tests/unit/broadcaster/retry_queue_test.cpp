#include "domain/retry_queue.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const retry_queue::time_point t0{1000h};
const retry_id everything{1, 1'000'000};
constexpr retry_id id(std::uint64_t sequence) { return {1, sequence}; }
using found_id = std::optional<retry_id>;

}  // namespace

TEST_CASE("retries: a message is tried when it is due, once, and again when it is put off") {
    retry_queue q;
    q.hold(id(5), "", 1, t0 + 1s);
    CHECK(q.take(t0 + 2s, everything) == found_id());  // not stored yet
    q.stored(id(5), 77);
    CHECK(q.take(t0, everything) == found_id());
    CHECK(q.next_due() == t0 + 1s);
    CHECK(q.take(t0 + 1s, everything) == id(5));
    CHECK(q.take(t0 + 1s, everything) == found_id());
    q.again(id(5), 2, t0 + 9s);
    q.stored(id(5), 80);
    CHECK(q.attempts(id(5)) == 2);
    CHECK(q.stored_as(id(5)) == 80);
    CHECK(q.take(t0 + 9s, everything) == id(5));
    q.settle(id(5));
    CHECK(q.size() == 0);
}

TEST_CASE("retries: a message for which the stream has no room is tried when it is due, in its key's order") {
    retry_queue q;
    q.hold(id(5), "a", 1, t0 + 1s);
    q.hold(id(6), "a", 0, t0);
    q.stored(id(6), 0);
    q.stored(id(5), 0);
    CHECK(q.take(t0, everything) == found_id());
    q.withhold(id(5));  // to be written once more
    CHECK(q.take(t0 + 1s, everything) == found_id());
    q.stored(id(5), 0);
    CHECK(q.take(t0 + 1s, everything) == id(5));
    q.settle(id(5));
    CHECK(q.take(t0 + 1s, everything) == id(6));
}

TEST_CASE("retries: the successors of a key wait for the first, other keys do not") {
    retry_queue q;
    for (const auto n : {1, 2, 3}) {
        q.hold(id(n), "a", 0, t0);
        q.stored(id(n), 10 + n);
    }
    q.hold(id(4), "b", 1, t0);
    q.stored(id(4), 20);
    CHECK(q.holds("a"));
    CHECK_FALSE(q.holds("c"));
    CHECK_FALSE(q.holds(""));
    CHECK(q.take(t0, everything) == id(1));
    CHECK(q.take(t0, everything) == id(4));
    CHECK(q.take(t0, everything) == found_id());
    q.settle(id(1));
    CHECK(q.take(t0, everything) == id(2));
    q.put_back(id(2));
    CHECK(q.take(t0, everything) == id(2));
    q.settle(id(2));
    q.settle(id(3));
    CHECK_FALSE(q.holds("a"));
}

TEST_CASE("retries: without a key nothing waits for another") {
    retry_queue q;
    for (const auto n : {1, 2}) {
        q.hold(id(n), "", 1, t0);
        q.stored(id(n), 10 + n);
    }
    CHECK(q.take(t0, everything) == id(1));
    CHECK(q.take(t0, everything) == id(2));
}

TEST_CASE("retries: what the endpoint may still read from its stream is not tried, unless of a stream that is gone") {
    retry_queue q;
    q.found(id(7), {70, 1, t0, "", false});
    CHECK(q.take(t0, id(7)) == found_id());
    CHECK(q.waits_for_reader());
    CHECK(q.next_due() == std::optional<retry_queue::time_point>());  // nothing comes due by itself
    CHECK(q.take(t0, {2, 1}) == id(7));
    CHECK_FALSE(q.waits_for_reader());
    q.put_back(id(7));
    CHECK(q.take(t0, id(8)) == id(7));
}

TEST_CASE("retries: what waits for the reader hides no other that comes due") {
    retry_queue q;
    q.found(id(7), {70, 1, t0, "", false});
    q.found(id(3), {71, 1, t0 + 5s, "", false});
    CHECK(q.take(t0, id(7)) == found_id());
    CHECK(q.next_due() == t0 + 5s);
    CHECK(q.take(t0 + 5s, id(7)) == id(3));
}

TEST_CASE("retries: what was found of a message in hand is tried once the message is let go") {
    retry_queue q;
    q.found(id(5), {7, 1, t0, "", true});
    CHECK(q.take(t0, everything) == found_id());
    q.put_back(id(5));
    CHECK(q.take(t0, everything) == id(5));
}

TEST_CASE("retries: an earlier message of a key that is found late goes first") {
    retry_queue q;
    q.found(id(7), {70, 1, t0, "a", false});
    q.found(id(5), {71, 1, t0 + 5s, "a", false});
    CHECK(q.take(t0 + 1s, everything) == found_id());
    CHECK(q.take(t0 + 5s, everything) == id(5));
    q.settle(id(5));
    CHECK(q.take(t0 + 5s, everything) == id(7));
}

TEST_CASE("retries: when the endpoint can be reached again, what could not reach it is due, and nothing else") {
    retry_queue q;
    for (const auto n : {1, 2}) {
        q.hold(id(n), "", 1, t0);
        q.again(id(n), 1, t0 + 1h, n == 1);
        q.stored(id(n), 10 + n);
    }
    q.hasten(t0);
    CHECK(q.take(t0, everything) == id(1));
    CHECK(q.take(t0, everything) == found_id());
}

TEST_CASE("retries: what is found again counts only when it was written later") {
    retry_queue q;
    q.found(id(7), {70, 1, t0, "", false});
    q.found(id(7), {69, 5, t0 + 9s, "", false});
    CHECK(q.attempts(id(7)) == 1);
    q.found(id(7), {75, 2, t0 + 9s, "", false});
    CHECK(q.attempts(id(7)) == 2);
    CHECK(q.take(t0, everything) == found_id());
    CHECK(q.take(t0 + 9s, everything) == id(7));
    CHECK(q.next_due() == std::optional<retry_queue::time_point>());
}

TEST_CASE("retries: one that waits is not tried while another message of its number takes its place") {
    retry_queue q;
    q.found(id(7), {70, 3, t0, "a", false, false, 0, 5'000'000});
    CHECK(q.contains(id(7), 5'000'999));  // to the microsecond
    CHECK_FALSE(q.contains(id(7), 6'000'000));
    CHECK(q.contains(id(7), 0));
    q.withhold(id(7));
    q.becomes(id(7), 6'000'000);
    q.again(id(7), 1, t0 + 9s);
    CHECK(q.take(t0 + 9s, everything) == found_id());
    CHECK(q.contains(id(7), 6'000'000));
    q.stored(id(7), 80);
    CHECK(q.attempts(id(7)) == 1);
    CHECK(q.take(t0 + 1s, everything) == found_id());
    CHECK(q.take(t0 + 9s, everything) == id(7));
}

TEST_CASE("retries: one that could not be tried is put back, also where it was found anew meanwhile") {
    retry_queue q;
    q.found(id(7), {70, 1, t0, "", false});
    REQUIRE(q.take(t0, everything) == id(7));
    q.found(id(7), {75, 2, t0 + 1s, "", false, false, 0, 6'000'000});
    CHECK_FALSE(q.contains(id(7), 5'000'000));
    q.withhold(id(7));
    q.again(id(7), 1, t0);
    q.put_back(id(7));
    CHECK(q.take(t0, everything) == id(7));
    q.settle(id(7));
    CHECK_FALSE(q.contains(id(7), 0));
}
