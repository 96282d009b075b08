// A shard's positions in random histories.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "domain/shard_progress.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;
using position = std::optional<done_set>;

namespace {

// One endpoint of a shard, its owner, the bucket, and an earlier owner's writes that arrive late: the C++ in the place
// of the model's owner. Nothing may be lost, whatever the order of events, nothing is delivered twice by one owner, and
// a successor repeats no more than the endpoint may have done without the bucket knowing it.
class history {
  public:
    explicit history(std::uint32_t seed) : random_(seed), wants_of_16_(1 + random_() % 16) { load(); }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            step();
            nothing_is_lost();
            little_is_repeated();
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
        mine_.clear();
        shard_sent_.reset();
        own_sent_.reset();
    }

    void step() {
        switch (random_() % 16) {
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
                if (random_() % 4 == 0) let_go();
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
            case 14:
                if (random_() % 8 == 0) owner_.lose_track(0);
                break;
            case 15:
                if (random_() % 4 == 0) skip();
                break;
        }
    }

    void read_shared() {
        if (owner_.head() > published_) return;
        const auto sequence = owner_.head();
        if (wants(sequence)) owner_.put_off(0, sequence);
        if (wants(sequence) && owner_.of(0).takes(sequence)) {
            if (full()) return;
            take(sequence);
        }
        owner_.read(sequence);
    }

    void let_go() {
        if (!owner_.of(0).reads_alone()) return;
        owner_.let_go(0);
        hand_.clear();
    }

    // Another endpoint rides, and wants nothing of what is skipped.
    void skip() {
        const auto& e = owner_.of(0);
        const auto farthest = e.rides() ? e.next() : published_ + 1;
        if (farthest > owner_.head()) owner_.skip_to(owner_.head() + random_() % (farthest - owner_.head() + 1));
    }

    void read_alone() {
        if (!owner_.of(0).reads_alone()) return;
        const auto next = owner_.of(0).next();
        if (next > published_ || full()) return;
        if (wants(next) && owner_.of(0).takes_alone(next)) take(next);
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
        REQUIRE(mine_.insert(*which).second);
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
        const auto stored = own ? *own : done_set(bucket_.shard);
        for (std::uint64_t s = 1; s <= published_; ++s) {
            if (delivered_.contains(s) || !wants(s)) continue;
            REQUIRE_FALSE(stored.contains(s));  // whoever takes over finds it
            const auto& e = owner_.of(0);
            const auto reads_next = e.rides() ? std::max(owner_.head(), e.next()) : e.next();
            REQUIRE((hand_.contains(s) || (s >= reads_next && (e.takes(s) || !e.rides()))));
        }
        REQUIRE(owner_.of(0).in_hand() == hand_.size());
    }

    bool wants(std::uint64_t sequence) const { return sequence * 7 % 16 < wants_of_16_; }

    // In place of endpoint_progress::most_unwritten.
    bool full() const { return owner_.of(0).unwritten() + hand_.size() >= 6; }

    void little_is_repeated() {
        const auto own = bucket_.own[bucket_.epoch];
        const auto stored = own ? *own : done_set(bucket_.shard);
        const auto repeated = std::ranges::count_if(mine_, [&](auto s) { return !stored.contains(s); });
        REQUIRE(std::cmp_less_equal(repeated, owner_.of(0).unwritten()));
        REQUIRE(owner_.of(0).unwritten() + hand_.size() <= 6);
    }

    std::mt19937 random_;
    std::uint64_t wants_of_16_;
    bucket bucket_;
    shard_progress owner_{1};
    unsigned epoch_ = 0;
    std::uint64_t revision_ = 0;
    std::uint64_t published_ = 0;
    std::set<std::uint64_t> hand_, delivered_, mine_;  // mine: by this owner
    std::optional<std::uint64_t> shard_sent_;
    std::optional<own_write> own_sent_;
};

}  // namespace

TEST_CASE(
    "shard: nothing is lost and little repeated in any history of leaving, letting go, attaching, late writes and new "
    "owners") {
    for (std::uint32_t seed = 1; seed <= 3'000; ++seed) {
        INFO("seed " << seed);
        history(seed).run(120);
    }
}
