#include "bus/jetstream/ack_ledger.hpp"

#include "bus/connection/errc.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

struct ledger {
    ack_ledger acks;
    runtime::time_point start{};
    std::vector<int> called;

    void add(int name, std::chrono::milliseconds due) {
        acks.add([this, name](const publish_ack&) { called.push_back(name); }, start + due);
    }
    std::vector<int> names(const std::vector<ack_ledger::ack_handler>& handlers) {
        called.clear();
        for (const auto& h : handlers)
            h({});
        return called;
    }
};

}  // namespace

TEST_CASE("an ack completes its publish once, in any order") {
    ledger l;
    for (int i = 0; i < 3; ++i) {
        CHECK(l.acks.next_number() == static_cast<std::uint64_t>(i));
        l.add(i, 1s);
    }
    CHECK(l.names({l.acks.take(2, true)}) == std::vector{2});
    CHECK_FALSE(l.acks.take(2, true));
    CHECK(l.names({l.acks.take(0, true), l.acks.take(1, true)}) == std::vector{0, 1});
    CHECK(l.acks.size() == 0);
    CHECK_FALSE(l.acks.take(0, true));
    CHECK_FALSE(l.acks.take(17, true));
    CHECK(l.acks.next_number() == 3);
}

TEST_CASE("a publish past its deadline completes once, and a late ack is ignored") {
    ledger l;
    l.add(0, 100ms);
    l.add(1, 200ms);
    l.add(2, 300ms);
    l.acks.take(1, true);
    CHECK(l.acks.next_due() == l.start + 100ms);
    CHECK(l.names(l.acks.expire(l.start + 250ms)) == std::vector{0});
    CHECK(l.acks.next_due() == l.start + 300ms);
    CHECK_FALSE(l.acks.take(0, true));
    CHECK(l.names(l.acks.expire(l.start + 300ms)) == std::vector{2});
    CHECK_FALSE(l.acks.next_due());
}

TEST_CASE("a lost link completes all pending publishes and reuses no number") {
    ledger l;
    l.add(0, 1s);
    l.add(1, 1s);
    l.acks.take(0, true);
    CHECK(l.names(l.acks.clear()) == std::vector{1});
    CHECK(l.acks.size() == 0);
    CHECK(l.acks.next_number() == 2);
    CHECK_FALSE(l.acks.take(1, true));
}

TEST_CASE("an ack proves that the stream exists, until a timeout or a lost link") {
    ledger l;
    CHECK(l.acks.unproven());
    l.add(0, 1s);
    l.acks.take(0, false);
    CHECK(l.acks.unproven());
    l.add(1, 1s);
    l.acks.take(1, true);
    CHECK_FALSE(l.acks.unproven());
    l.add(2, 1s);
    l.acks.expire(l.start + 1s);
    CHECK(l.acks.unproven());
    l.add(3, 1s);
    l.acks.take(3, true);
    l.acks.clear();
    CHECK(l.acks.unproven());
}

}  // namespace tidings::bus
