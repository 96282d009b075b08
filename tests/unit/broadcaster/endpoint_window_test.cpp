#include "domain/endpoint_window.hpp"

#include <random>
#include <set>

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("endpoint window: the lowest is the lowest event in hand, or where the reader goes on") {
    endpoint_window w(10);
    CHECK(w.lowest() == 10);
    w.take(10);
    w.take(15);
    CHECK(w.next() == 16);
    CHECK(w.lowest() == 10);
    w.done(10);
    CHECK(w.lowest() == 15);
    w.done(15);
    CHECK(w.lowest() == 16);
    w.read_to(20);
    CHECK(w.lowest() == 20);
}

TEST_CASE("endpoint window: what is let go is read again, and what was done is not") {
    endpoint_window w(1);
    for (std::uint64_t s = 1; s <= 6; ++s)
        w.take(s);
    w.done(2);
    w.done(3);
    w.done(6);
    w.let_go();
    CHECK(w.in_hand() == 0);
    CHECK(w.next() == 1);
    std::set<std::uint64_t> again;
    for (std::uint64_t s = 1; s <= 8; ++s) {
        if (!w.takes(s)) continue;
        again.insert(s);
        w.take(s);
    }
    CHECK(again == std::set<std::uint64_t>{1, 4, 5, 7, 8});
    CHECK(w.next() == 9);
}

TEST_CASE("endpoint window: once all that was let go is read again, the reader goes on above it") {
    endpoint_window w(1);
    w.take(1);
    w.take(2);
    w.done(2);
    w.let_go();
    w.take(1);
    CHECK(w.next() == 3);
    CHECK_FALSE(w.takes(2));
}

TEST_CASE("endpoint window: an event that is not there again when it should be read again is passed over") {
    endpoint_window w(1);
    w.take(1);
    w.take(2);
    w.let_go();
    w.read_to(2);
    CHECK(w.lowest() == 2);
    w.take(5);
    CHECK(w.lowest() == 5);
}

TEST_CASE("endpoint window: what is written down is what a successor does not repeat") {
    endpoint_window w(1);
    for (std::uint64_t s = 1; s <= 4; ++s)
        w.take(s);
    w.done(2);
    w.done(3);
    CHECK(w.unwritten() == 2);
    const auto d = w.done_so_far();
    CHECK(d.next == 1);
    CHECK(d.known == 5);
    CHECK(d.undone == std::vector<std::uint64_t>{1, 4});
    w.write_begins(d);
    w.done(4);
    CHECK(w.unwritten() == 3);
    w.written();
    CHECK(w.unwritten() == 1);
    CHECK(w.done_so_far().contains(3));  // though it is forgotten here
    endpoint_window successor(d);
    CHECK(successor.takes(1));
    CHECK_FALSE(successor.takes(2));
    CHECK(successor.takes(4));
    CHECK(successor.takes(5));
    CHECK(successor.lowest() == 1);
}

TEST_CASE("endpoint window: of more undone events than the bucket has room for, the lowest are told") {
    endpoint_window w(1);
    for (std::uint64_t s = 1; s <= 2'000; ++s) {
        w.take(s);
        if (s % 2 == 0) w.done(s);
    }
    const auto d = w.done_so_far();
    CHECK(d.undone.size() == done_set::most_undone);
    CHECK(d.known == 2 * done_set::most_undone + 1);
    w.write_begins(d);
    w.written();
    CHECK(w.unwritten() == 1'000 - done_set::most_undone);
}

TEST_CASE("endpoint window: a loss is told of what was still to be had") {
    endpoint_window w(1);
    for (std::uint64_t s = 1; s <= 9; ++s)
        w.take(s);
    for (const std::uint64_t s : {1, 2, 3, 5, 6, 8, 9})
        w.done(s);
    w.let_go();
    const auto of = [&](std::uint64_t first, std::uint64_t next) {
        const auto r = w.unread_of({first, next});
        return std::pair(r.first, r.next);
    };
    CHECK(of(4, 7) == std::pair<std::uint64_t, std::uint64_t>(4, 5));
    CHECK(of(4, 8) == std::pair<std::uint64_t, std::uint64_t>(4, 8));
    CHECK(of(5, 7).first == of(5, 7).second);
    CHECK(of(8, 20) == std::pair<std::uint64_t, std::uint64_t>(10, 20));
    CHECK(of(7, 20) == std::pair<std::uint64_t, std::uint64_t>(7, 20));
    CHECK(endpoint_window(5).unread_of({5, 9}).first == 5);
}

TEST_CASE("endpoint window: an event read twice or done once too often is a bug of the caller") {
    endpoint_window w(3);
    w.take(3);
    CHECK_THROWS_AS(w.take(3), std::logic_error);
    CHECK_THROWS_AS(w.done(4), std::logic_error);
    w.done(3);
    CHECK_THROWS_AS(w.done(3), std::logic_error);
}

namespace {

// A reader that goes back whenever its endpoint lets go.
class history {
  public:
    explicit history(std::uint32_t seed) : random_(seed) {}

    void step() {
        const auto what = random_() % 8;
        if (what < 3) {
            read();
        } else if (what < 6 && !hand_.empty()) {
            deliver();
        } else if (what == 6 && random_() % 3 == 0) {
            w_.let_go();
            hand_.clear();
            read_ = w_.next();
        } else if (what == 7) {
            write();
        }
        for (const auto s : wanted_)
            REQUIRE((done_.contains(s) || hand_.contains(s) || (s >= w_.next() && w_.takes(s))));
        REQUIRE(w_.in_hand() == hand_.size());
    }

  private:
    void read() {
        read_ = std::max(read_, w_.next());
        const bool wants = wanted_.contains(read_) || (!done_.contains(read_) && random_() % 3 != 0);
        if (wants && w_.takes(read_)) {
            REQUIRE_FALSE(done_.contains(read_));
            w_.take(read_);
            hand_.insert(read_);
            wanted_.insert(read_);
        }
        w_.read_to(++read_);
    }

    void deliver() {
        const auto which = std::next(hand_.begin(), static_cast<std::ptrdiff_t>(random_() % hand_.size()));
        w_.done(*which);
        done_.insert(*which);
        hand_.erase(which);
    }

    void write() {
        const auto told = w_.done_so_far();
        for (const auto s : wanted_)
            REQUIRE(told.contains(s) == done_.contains(s));
        w_.write_begins(told);
        w_.written();
        REQUIRE(w_.unwritten() == 0);
    }

    std::mt19937 random_;
    endpoint_window w_{1};
    std::set<std::uint64_t> hand_, done_, wanted_;
    std::uint64_t read_ = 1;
};

}  // namespace

TEST_CASE("endpoint window: after any history what is not done is in hand or to be read, and nothing is read twice") {
    for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
        INFO("seed " << seed);
        history h(seed);
        for (int step = 0; step < 80; ++step)
            h.step();
    }
}
