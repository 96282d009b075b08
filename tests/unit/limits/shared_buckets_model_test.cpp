// Random histories of replicas that share buckets, against one bucket that knows everything at once.
#include <deque>
#include <random>

#include "replicas.hpp"
#include "support/catch.hpp"

using namespace tidings::limits;
using namespace tidings::limits_test;

namespace {

// The most that a replica has given within so long.
struct most_within {
    duration span;
    std::deque<time_point> latest = {};
    std::size_t most = 0;

    void add(time_point now) {
        latest.push_back(now);
        while (latest.front() < now - span)
            latest.pop_front();
        most = std::max(most, latest.size());
    }
};

struct under_way {
    spending s;
    time_point arrives, answered;
    std::optional<shared_count> answer = {};
    bool lost = false;
};

struct history {
    unsigned replicas;
    rate r;
    double load;  // requests of all in parts of the rate
    bool bursts;
    double losses;
    std::uint32_t seed;
};

constexpr auto pause = 50ms, way = 5ms;
constexpr auto delay = pause + 4 * way;  // from a token to its being known, or to knowing of others

// Random requests of one user at several replicas, each of which tells the counter every 50 ms; both ways take up to
// 5 ms. Told apart: what each replica says, and what one bucket would have said that knows everything at once.
class simulation {
  public:
    explicit simulation(const history& h) : h_(h), random_(h.seed), all_(replicas(h.replicas, h.r)) {
        for (std::size_t i = 0; i < all_.size(); ++i)
            next_.push_back(start + between(0ms, pause));
        flying_.resize(all_.size());
        given_.resize(all_.size(), {delay});
    }

    void run(int steps) {
        const auto mean = duration(h_.r.window) / static_cast<double>(h_.r.quota) / h_.load;
        time_point now = start;
        for (int i = 0; i < steps; ++i) {
            // Now and then a rest, and then a burst.
            const bool rest = h_.bursts && random_() % 500 == 0;
            const auto until_next =
                rest ? duration(h_.r.window) * 2 : std::chrono::duration_cast<duration>(mean * 2 * unit());
            const auto next = now + until_next;
            for (auto event = next_event(); event < next; event = next_event()) {
                now = std::max(now, event);
                move(now);
            }
            now = next;
            for (auto left = rest ? 2 * h_.r.quota : 1; left > 0; --left)
                request(now);
        }
    }

    std::uint64_t allowed = 0, refused = 0;

  private:
    double unit() { return std::uniform_real_distribution<>(0, 1)(random_); }
    duration between(duration low, duration high) {
        return low + std::chrono::duration_cast<duration>((high - low) * unit());
    }

    void request(time_point now) {
        const auto i = random_() % all_.size();
        const auto v = all_[i].take("a", now);
        (v.allowed ? allowed : refused)++;
        if (!v.allowed) {
            // Nobody is refused to whom one bucket would have given a token, but for what comes back in a delay.
            REQUIRE(until(full_at_, now) + interval_ + delay > h_.r.window);
            return;
        }
        full_at_ = std::max(full_at_, now) + interval_;
        forgiving_ = std::min(std::max(forgiving_, now) + interval_, now + 2 * duration(h_.r.window));
        given_[i].add(now);
        if (h_.losses > 0) return;
        // Beyond the quota is only what each gives until it has heard of the others.
        duration beyond = delay;
        for (const auto& g : given_)
            beyond += interval_ * g.most;
        REQUIRE(until(forgiving_, now) <= h_.r.window + beyond);
    }

    time_point next_event() const {
        auto earliest = time_point::max();
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const auto& f = flying_[i];
            if (f) earliest = std::min(earliest, f->answer ? f->answered : f->arrives);
            if (!f && all_[i].untold() > 0) earliest = std::min(earliest, next_[i]);
        }
        return earliest;
    }

    void move(time_point now) {
        for (std::size_t i = 0; i < all_.size(); ++i) {
            auto& f = flying_[i];
            if (f && !f->answer && f->arrives <= now) f->answer = counter_.add(f->s, now);
            if (f && f->answered <= now) {
                if (f->lost)
                    all_[i].lost(f->s);
                else
                    counter_.correct(all_[i].learn(f->s, *f->answer, now), now);
                f.reset();
                next_[i] = now + pause;
            }
            if (f || next_[i] > now) continue;
            for (auto& s : all_[i].hand_out(1, now)) {
                const auto arrives = now + between(0ms, way);
                f = under_way{std::move(s), arrives, arrives + between(0ms, way), {}, unit() < h_.losses};
            }
        }
    }

    history h_;
    std::mt19937 random_;
    std::vector<token_buckets> all_;
    std::vector<time_point> next_;
    std::vector<std::optional<under_way>> flying_;
    counter counter_{1};
    std::vector<most_within> given_;
    duration interval_{duration(h_.r.window) / h_.r.quota};
    // Of the one bucket that knows everything; and of one that never owes more than a window.
    time_point full_at_{}, forgiving_{};
};

}  // namespace

TEST_CASE("replicas give together what one would give, but for what passes until they know of each other") {
    std::uint32_t seed = 0;
    for (const unsigned count : {1U, 2U, 5U})
        for (const rate r : {rate{5, 1s}, rate{100, 1s}, rate{50, 10s}, rate{1'000, 2s}})
            for (const double load : {0.3, 0.9, 1.5, 10.0}) {
                INFO(count << " replicas, " << r.quota << " in " << r.window.count() << " ms, load " << load);
                simulation s({count, r, load, ++seed % 2 == 0, 0, seed});
                s.run(6'000);
                CHECK(s.allowed > 100);
                if (load > 1) CHECK(s.refused > 100);
            }
}

TEST_CASE("where words with the counter are lost, nobody is refused for what nobody took") {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        simulation s({3, {40, 2s}, seed % 2 == 0 ? 0.9 : 3, seed % 4 < 2, 0.2, seed});
        s.run(2'000);
        CHECK(s.allowed > 100);
    }
}
