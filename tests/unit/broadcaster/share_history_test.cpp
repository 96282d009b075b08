// The endpoints of one shard in random histories: what is offered and refused, who comes, leaves, changes and goes
// meanwhile, and owners that crash or hand over.
#include <algorithm>
#include <random>

#include "share_beside_bucket.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

constexpr std::size_t most_endpoints = 4, slots = 3;  // of an endpoint

// Nothing is lost to any endpoint that wants it, and after an orderly hand-over nothing is repeated to any.
class history : public share_beside_bucket {
  public:
    explicit history(std::uint32_t seed) : random_(seed) {
        for (slot n = 0; n < 3; ++n)
            come();
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            step(upto(22));
            nothing_is_lost();
            all_are_counted();
        }
    }

  private:
    std::uint64_t upto(std::uint64_t n) { return random_() % (n + 1); }
    bool one_in(unsigned n) { return random_() % n == 0; }
    slot any() { return std::next(all_.begin(), static_cast<std::ptrdiff_t>(random_() % all_.size()))->first; }

    void step(std::uint64_t what) {
        if (what <= 2) publish();
        if (what == 3 && all_.size() < most_endpoints) come();
        if (all_.empty()) return;
        if (what >= 4 && what <= 8) offer();
        if (what >= 9 && what <= 11) read_alone(any());
        if (what >= 12 && what <= 15) deliver(any());
        if (what == 16) shard_.leave(any());
        if (what == 17 && one_in(3)) let_go(any());
        if (what == 18) one_in(2) ? write() : write_own();
        if (what == 19) arrive(one_in(2));
        if (what == 20) seldom(upto(5));
        if (what == 21 && one_in(4)) hand_over();
        if (what == 22) skip();
    }
    void seldom(std::uint64_t what) {
        if (what == 0) load();
        if (what == 0 && one_in(2)) lose_a_position();
        if (what == 1) go(any());
        if (what == 2) change(any());
        if (what == 3) shard_.lose_track(any());
        if (what >= 4 && one_in(4)) restart(what == 4, upto(published_));
    }

    // More than what the stream has lost, before anybody could write that down, cannot be told from it.
    void publish() {
        if (stored_.restarts != restarts_ && bucket_is_beyond()) return;
        ++published_;
        for (auto& [n, e] : all_)
            e.wanted.push_back(!one_in(3));
    }

    // It wants nothing from below its start; what the shared reader has passed it reads alone.
    void come() {
        slot n = 0;
        while (all_.contains(n))
            ++n;
        const auto start = one_in(2) ? shard_.head() : upto(published_) + 1;
        auto& e = all_[n] = endpoint{start, {false}};
        while (e.wanted.size() <= published_)
            e.wanted.push_back(!one_in(3));
        std::optional<done_set> own;
        const auto written = std::max(stored_.next, shard_sent_ ? shard_sent_->next : 0);
        if (start < std::max(shard_.head(), written)) own = start;
        if (own) own_.insert_or_assign(n, stored_own{stream_, *own});
        shard_.add(n, own, start, false);
    }
    void go(slot n) {
        shard_.remove(n);
        all_.erase(n);
        went_ += own_.erase(n);
        std::erase_if(own_sent_, [n](const auto& w) { return w.n == n; });
    }
    void change(slot n) {
        auto& e = all_.at(n);
        const auto& p = shard_.of(n);
        for (auto s = reads_next(n); s <= published_; ++s)
            e.wanted[s] = !one_in(3) && (e.wanted[s] || s >= std::max(p.end(), e.seen));
        shard_.change_filter(n);
    }

    bool full(slot n) const { return all_.at(n).hand.size() >= slots; }
    void take(slot n, std::uint64_t s) {
        shard_.take(n, s);
        REQUIRE(all_.at(n).hand.insert(s).second);
        REQUIRE_FALSE(all_.at(n).done_here.contains(s));
    }

    void offer() {
        const auto s = shard_.head();
        if (s > published_) return;
        shard_.offer(s);
        for (const auto& [n, e] : all_) {
            if (!e.wants(s)) continue;
            if (!shard_.of(n).takes(s))
                shard_.put_off(n, s);
            else
                full(n) ? shard_.refuse(n) : take(n, s);
        }
        shard_.read_if_taken();
    }
    void read_alone(slot n) {
        if (!shard_.of(n).reads_alone()) return;
        const auto s = shard_.of(n).next();
        if (s <= published_) {
            if (full(n)) return;
            if (all_.at(n).wants(s) && shard_.of(n).takes_alone(s)) take(n, s);
        }
        shard_.read_alone(n, s <= published_ ? s + 1 : s, !one_in(3));
    }
    void deliver(slot n) {
        auto& e = all_.at(n);
        if (e.hand.empty()) return;
        const auto which = std::next(e.hand.begin(), static_cast<std::ptrdiff_t>(random_() % e.hand.size()));
        e.done.insert(*which);
        e.done_here.insert(*which);
        shard_.done(n, *which);
        e.hand.erase(which);
    }
    void let_go(slot n) {
        if (!shard_.of(n).reads_alone()) return;
        shard_.let_go(n);
        all_.at(n).hand.clear();
    }
    // Somebody removes it, and the owner dies before it has written another.
    void lose_a_position() {
        if (own_.empty() || own_.size() != stored_.own.count) return;
        own_.erase(std::next(own_.begin(), static_cast<std::ptrdiff_t>(upto(own_.size() - 1))));
        load();
    }
    // Those that ride want nothing of what is skipped.
    void skip() {
        auto to = published_ + 1;
        for (const auto& [n, e] : all_)
            if (shard_.of(n).rides()) to = std::min(to, reads_next(n));
        if (to > shard_.head()) shard_.skip_to(shard_.head() + upto(to - shard_.head()));
    }

    // As shard_keeper and shard do it, when nothing is under way.
    void hand_over() {
        for (int rounds = 0;; ++rounds) {
            REQUIRE(rounds < 20);
            write();
            while (shard_sent_ || (!own_sent_.empty() && one_in(2)))
                arrive(one_in(2));
            const bool parted = shard_.part(SIZE_MAX);
            write_own();
            if (parted && own_sent_.empty() && one_in(8)) return;  // it goes on after all
            if (parted && own_sent_.empty()) break;
            while (shard_sent_ || !own_sent_.empty())
                arrive(one_in(2));
        }
        stored_ = {stream_, shard_.position(), restarts_, shard_.own(), went_};
        for (const auto& [n, e] : all_)
            for (const auto s : e.done_here)
                REQUIRE(successor_of(n).contains(s));
        load();
    }

    void nothing_is_lost() const {
        for (const auto& [n, e] : all_) {
            const auto kept = successor_of(n);
            std::uint64_t lost = 0;
            for (std::uint64_t s = 1; s <= published_; ++s)
                if (e.wants(s) && !e.done.contains(s) && (kept.contains(s) || !(e.hand.contains(s) || comes(n, s))))
                    lost = s;
            INFO("endpoint " << n << " of " << published_ << " events, head " << shard_.head());
            REQUIRE(lost == 0);
            REQUIRE(own_.size() + went_ - stored_.went >=
                    stored_.own.count);  // or a successor would begin earlier for nothing
            REQUIRE(shard_.of(n).in_hand() == e.hand.size());
        }
    }
    // When there is nothing more to write.
    void all_are_counted() const {
        auto later = shard_;
        const bool writes = later.next_shard_write() || !later.next_own_writes().empty();
        if (shard_sent_ || !own_sent_.empty() || writes || stored_.restarts != restarts_) return;
        REQUIRE(own_.size() == stored_.own.count);
    }
    bool comes(slot n, std::uint64_t s) const {
        const auto& p = shard_.of(n);
        const bool passed_over = p.follows() && s >= p.end() && s < shard_.head();
        return s >= reads_next(n) && (p.rides() ? p.takes(s) : !passed_over);
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("share: in any history of several endpoints nothing is lost, nor repeated after an orderly hand-over") {
    for (std::uint32_t seed = 1; seed <= 3'000; ++seed) {
        INFO("seed " << seed);
        history(seed).run(120);
    }
}
