#include "store/write/batch_progress.hpp"

#include <deque>

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

struct batch {
    std::deque<queued_write> writes;
    batch_progress progress;

    explicit batch(std::size_t size) : progress(pointers(size)) {}

    void settle(std::size_t i) { writes[i].outcome = unchanged{}; }
    bool failed(std::size_t i) const { return std::holds_alternative<std::exception_ptr>(writes[i].outcome); }
    bool unavailable(std::size_t i) const {
        try {
            std::rethrow_exception(std::get<std::exception_ptr>(writes[i].outcome));
        } catch (const store_unavailable&) {
            return true;
        } catch (...) {
            return false;
        }
    }
    batch_progress::failure fail(const char* sqlstate) { return progress.failed({sqlstate, "failed"}, 0.5); }

  private:
    std::vector<queued_write*> pointers(std::size_t size) {
        std::vector<queued_write*> list;
        for (std::size_t i = 0; i < size; ++i)
            list.push_back(&writes.emplace_back(queued_change{}));
        return list;
    }
};

}  // namespace

TEST_CASE("the SQLSTATE decides what follows a failure") {
    struct failure_case {
        const char* sqlstate;
        std::size_t writes;
        unsigned tries;
        next_step expected;
    };
    const failure_case cases[] = {
        {"40P01", 64, 1, next_step::retry}, {"40001", 1, 7, next_step::retry}, {"40P01", 1, 8, next_step::fail},
        {"22021", 64, 1, next_step::split}, {"23514", 2, 1, next_step::split}, {"22021", 1, 1, next_step::fail},
        {"08006", 64, 1, next_step::fail},  {"57P01", 64, 1, next_step::fail}, {"42P01", 64, 1, next_step::fail},
        {"53100", 64, 1, next_step::fail},  {"25006", 64, 1, next_step::fail},
    };
    for (const auto& c : cases) {
        INFO(c.sqlstate << " with " << c.writes);
        CHECK(after_failure(c.sqlstate, c.writes, c.tries) == c.expected);
    }
}

TEST_CASE("deadlocks and serialization failures are conflicts, nothing else is") {
    CHECK(is_conflict("40P01"));
    CHECK(is_conflict("40001"));
    CHECK_FALSE(is_conflict("55P03"));
    CHECK_FALSE(is_conflict("23505"));
}

TEST_CASE("a batch is done when every write is settled") {
    batch b(3);
    REQUIRE(b.progress.next().size() == 3);
    for (std::size_t i = 0; i < 3; ++i)
        b.settle(i);
    b.progress.executed();
    CHECK(b.progress.done());
}

TEST_CASE("a write that lost to another replica is retried alone, and fails after many rounds") {
    batch b(2);
    b.settle(0);
    b.progress.executed();
    int rounds = 1;
    while (!b.progress.done()) {
        REQUIRE(b.progress.next().size() == 1);
        CHECK(b.progress.next().front() == &b.writes[1]);
        b.progress.executed();
        ++rounds;
    }
    CHECK(rounds == 32);
    CHECK(b.unavailable(1));
    CHECK_FALSE(b.failed(0));
}

TEST_CASE("a bad row is found by bisection, and its neighbours succeed") {
    batch b(8);
    std::vector<std::size_t> order;  // in which the good ones were written
    const std::size_t bad = 5;
    while (!b.progress.done()) {
        const auto tried = b.progress.next();
        const bool has_bad = std::find(tried.begin(), tried.end(), &b.writes[bad]) != tried.end();
        if (has_bad) {
            const auto f = b.fail("22021");
            CHECK(f.pause == 0s);
            CHECK((f.step == next_step::fail) == (tried.size() == 1));
            continue;
        }
        for (std::size_t i = 0; i < b.writes.size(); ++i) {
            if (std::find(tried.begin(), tried.end(), &b.writes[i]) == tried.end()) continue;
            b.settle(i);
            order.push_back(i);
        }
        b.progress.executed();
    }
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4, 6, 7});
    CHECK(b.failed(bad));
    CHECK_FALSE(b.unavailable(bad));
}

TEST_CASE("a conflict is retried at growing intervals, at most eight times") {
    batch b(2);
    runtime::duration last{};
    for (int i = 1; i < 8; ++i) {
        const auto f = b.fail("40P01");
        CHECK(f.step == next_step::retry);
        CHECK(f.pause >= std::min<runtime::duration>(last, 25ms));
        CHECK(f.pause > 0s);
        CHECK(f.pause <= 50ms);
        last = f.pause;
    }
    const auto f = b.fail("40P01");
    CHECK(f.step == next_step::fail);
    CHECK(b.progress.done());
    CHECK(b.unavailable(0));
    CHECK(b.unavailable(1));
}

TEST_CASE("a lost connection fails only writes that were not committed") {
    batch b(3);
    b.settle(1);
    CHECK(b.fail("08006").step == next_step::fail);
    CHECK(b.progress.done());
    CHECK(b.unavailable(0));
    CHECK_FALSE(b.failed(1));
    CHECK(b.unavailable(2));
}
