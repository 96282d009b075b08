#include "domain/shard_progress.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using mode = endpoint_progress::mode;
using position = std::optional<std::uint64_t>;

TEST_CASE("shard: its position is the lowest event in hand of any endpoint that rides") {
    shard_progress s(5);
    s.add(1, {});
    s.add(2, {});
    s.take(1, 5);
    s.read(5);
    s.take(2, 6);
    s.read(6);
    CHECK(s.position() == 5);
    CHECK(s.next_shard_write() == position());
    s.done(1, 5);
    CHECK(s.next_shard_write() == position(6));
    s.done(2, 6);
    CHECK(s.next_shard_write() == position());  // one write at a time
    s.shard_stored();
    CHECK(s.next_shard_write() == position(7));
}

TEST_CASE("shard: an endpoint that leaves holds the position back until its own is stored") {
    shard_progress s(1);
    s.add(1, {});
    s.take(1, 1);
    s.read(1);
    s.read(2);
    REQUIRE(s.leave(1));
    CHECK(s.position() == 1);
    const auto writes = s.next_own_writes();
    REQUIRE(writes.size() == 1);
    CHECK(writes[0].second.position == position(1));
    CHECK(s.next_own_writes().empty());
    CHECK(s.position() == 1);
    s.own_stored(1);
    CHECK(s.of(1).state() == mode::alone);
    CHECK(s.of(1).next() == 3);
    CHECK(s.position() == 3);
}

TEST_CASE("shard: an endpoint that has caught up rides again, and its own position goes when the shard's covers it") {
    shard_progress s(10);
    s.add(1, 4);
    CHECK(s.position() == 10);
    CHECK(s.of(1).next() == 4);
    s.take(1, 7);
    s.read_alone(1, 10);
    CHECK(s.of(1).state() == mode::attached);
    CHECK(s.position() == 7);
    CHECK(s.next_own_writes().empty());
    s.done(1, 7);
    const auto writes = s.next_own_writes();
    REQUIRE(writes.size() == 1);
    CHECK(writes[0].second.position == position());
    s.own_stored(1);
    CHECK(s.of(1).state() == mode::riding);
}

TEST_CASE("shard: a paused endpoint holds nothing and reads its events again") {
    shard_progress s(1);
    s.add(1, {});
    s.take(1, 1);
    s.read(1);
    REQUIRE(s.leave(1));
    REQUIRE(s.next_own_writes().size() == 1);
    s.own_stored(1);
    s.let_go(1);
    CHECK(s.of(1).in_hand() == 0);
    CHECK(s.of(1).next() == 1);
    CHECK(s.position() == 2);
}

namespace {

// One endpoint of a shard, its owner, the bucket, and an earlier owner's writes that arrive late: the C++ in the place
// of the model's owner. Nothing may be lost, whatever the order of events.
class history {
  public:
    explicit history(std::uint32_t seed) : random_(seed) { load(); }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            step();
            nothing_is_lost();
        }
    }

  private:
    struct bucket {
        std::uint64_t shard = 1;
        std::uint64_t revision = 1;
        unsigned epoch = 0;
        std::map<unsigned, position> own;
    };

    void load() {
        const auto expected = bucket_.revision;
        const auto own = bucket_.own[bucket_.epoch];
        const auto shard = bucket_.shard;
        ++epoch_;
        bucket_.own[epoch_] = own;
        REQUIRE(expected == bucket_.revision);
        bucket_.epoch = epoch_;
        revision_ = ++bucket_.revision;
        owner_ = shard_progress(shard);
        owner_.add(0, own);
        hand_.clear();
        shard_sent_.reset();
        own_sent_.reset();
    }

    void step() {
        switch (random_() % 14) {
            case 0:
            case 1:
                ++published_;
                break;
            case 2:
            case 3:
                read_shared();
                break;
            case 4:
            case 5:
                read_alone();
                break;
            case 6:
            case 7:
            case 8:
                deliver();
                break;
            case 9:
                owner_.leave(0);
                break;
            case 10:
                if (owner_.of(0).reads_alone() && random_() % 4 == 0) {
                    owner_.let_go(0);
                    hand_.clear();
                }
                break;
            case 11:
                write();
                break;
            case 12:
                arrive();
                break;
            case 13:
                if (random_() % 12 == 0) load();
                break;
        }
    }

    void read_shared() {
        if (owner_.head() > published_) return;
        const auto sequence = owner_.head();
        if (owner_.of(0).takes(sequence)) take(sequence);
        owner_.read(sequence);
    }

    void read_alone() {
        if (!owner_.of(0).reads_alone()) return;
        const auto next = owner_.of(0).next();
        if (next > published_) return;
        take(next);
        owner_.read_alone(0, next + 1);
    }

    void take(std::uint64_t sequence) {
        owner_.take(0, sequence);
        hand_.insert(sequence);
    }

    void deliver() {
        if (hand_.empty()) return;
        const auto which = std::next(hand_.begin(), static_cast<std::ptrdiff_t>(random_() % hand_.size()));
        delivered_.insert(*which);
        owner_.done(0, *which);
        hand_.erase(which);
    }

    void write() {
        if (const auto shard = owner_.next_shard_write()) shard_sent_ = *shard;
        for (const auto& [slot, w] : owner_.next_own_writes())
            own_sent_ = w;
    }

    void arrive() {
        if (shard_sent_ && random_() % 2 == 0) {
            REQUIRE(bucket_.revision == revision_);
            bucket_.shard = *std::exchange(shard_sent_, std::nullopt);
            revision_ = ++bucket_.revision;
            owner_.shard_stored();
        } else if (own_sent_) {
            bucket_.own[epoch_] = std::exchange(own_sent_, std::nullopt)->position;
            owner_.own_stored(0);
        }
    }

    void nothing_is_lost() {
        const auto own = bucket_.own[bucket_.epoch];
        const auto stored = own ? *own : bucket_.shard;
        for (std::uint64_t s = 1; s <= published_; ++s) {
            if (delivered_.contains(s)) continue;
            REQUIRE(s >= stored);  // whoever takes over finds it
            const auto& e = owner_.of(0);
            const auto reads_next = e.rides() ? std::max(owner_.head(), e.next()) : e.next();
            REQUIRE((hand_.contains(s) || s >= reads_next));
        }
        REQUIRE(owner_.of(0).in_hand() >= hand_.size());
    }

    std::mt19937 random_;
    bucket bucket_;
    shard_progress owner_{1};
    unsigned epoch_ = 0;
    std::uint64_t revision_ = 0;
    std::uint64_t published_ = 0;
    std::set<std::uint64_t> hand_, delivered_;
    std::optional<std::uint64_t> shard_sent_;
    std::optional<own_write> own_sent_;
};

}  // namespace

TEST_CASE("shard: nothing is lost in any history of leaving, letting go, attaching, late writes and new owners") {
    for (std::uint32_t seed = 1; seed <= 3'000; ++seed) {
        INFO("seed " << seed);
        history(seed).run(120);
    }
}
