// Several replicas, each with its own buckets, and one counter between them.
#include <algorithm>
#include <map>
#include <random>

#include "limits/token_buckets.hpp"
#include "support/catch.hpp"

using namespace tidings::limits;
using namespace std::chrono_literals;

namespace {

using time_point = token_buckets::time_point;
using duration = token_buckets::duration;

const time_point start{std::chrono::hours(1)};

duration until(time_point t, time_point now) { return std::max(t - now, duration::zero()); }

// The counter, as a server keeps it: gone some time after the bucket is full.
struct counter {
    static constexpr auto kept = 10s;

    std::uint64_t first;
    std::optional<std::uint64_t> tokens = {};
    time_point full_at{};

    shared_count add(const spending& s, time_point now) {
        if (full_at + kept <= now) tokens.reset();
        const auto before = until(full_at, now);
        if (!tokens) {
            tokens = first += 1'000'000'007;
            full_at = now + s.full_in;
        }
        return {*tokens += s.tokens, before};
    }
    void correct(std::optional<duration> full_in, time_point now) {
        if (full_in) full_at = std::max(full_at, now + *full_in);
    }
};

// Tells and hears at once.
void exchange(token_buckets& b, counter& c, time_point now) {
    for (const auto& s : b.hand_out(100, now))
        c.correct(b.learn(s, c.add(s, now), now), now);
}

std::vector<token_buckets> replicas(std::size_t count, rate r) {
    std::vector<token_buckets> all;
    for (std::size_t i = 0; i < count; ++i)
        all.emplace_back(r).share();
    return all;
}

}  // namespace

TEST_CASE("what one replica gives away the others do not have any more") {
    counter c{1};
    auto all = replicas(3, {.quota = 6, .window = 60s});
    for (const std::uint64_t left : {5, 4, 3, 2, 1, 0}) {
        auto& b = all.at(left % 3);
        b.take("a", start);
        exchange(b, c, start);
        CHECK(b.look("a", start).left == left);
    }
    for (auto& b : all) {
        b.take("a", start);
        exchange(b, c, start);
        CHECK_FALSE(b.take("a", start).allowed);
    }
}

TEST_CASE("who comes to another replica finds there what is left") {
    counter c{1};
    auto all = replicas(2, {.quota = 4, .window = 40s});
    for (int i = 0; i < 3; ++i)
        all[0].take("a", start);
    exchange(all[0], c, start);
    CHECK(all[1].take("a", start + 5s).allowed);
    exchange(all[1], c, start + 5s);
    CHECK(all[1].look("a", start + 5s).left == 0);
    CHECK(all[1].look("a", start + 5s).full_in == 35s);
    CHECK(all[1].look("a", start + 5s).retry_in == 5s);
    // Much later nothing of that counts.
    CHECK(all[1].take("a", start + 50s).left == 3);
    exchange(all[1], c, start + 50s);
    CHECK(all[1].look("a", start + 50s).left == 3);
}

TEST_CASE("what was taken beyond the quota is missing afterwards, for a window at most") {
    counter c{1};
    const rate r{.quota = 4, .window = 40s};
    auto all = replicas(2, r);
    for (int i = 0; i < 4; ++i)
        for (auto& b : all)
            CHECK(b.take("a", start).allowed);
    for (auto& b : all)
        exchange(b, c, start);
    exchange(all[0], c, start);
    CHECK(all[1].look("a", start).retry_in == 50s);
    CHECK(all[1].look("a", start).full_in == 80s);
    CHECK(all[1].take("a", start + 50s).allowed);
}

TEST_CASE("only what is new is handed out, and once") {
    token_buckets b({.quota = 5, .window = 5s}, 2);
    b.take("unshared", start);
    CHECK(b.untold() == 0);
    b.share();
    b.take("a", start);
    b.take("a", start);
    b.take("b", start);
    REQUIRE(b.untold() == 2);
    const auto first = b.hand_out(1, start);
    REQUIRE(first.size() == 1);
    CHECK(first[0].key == "a");
    CHECK(first[0].tokens == 2);
    CHECK(first[0].full_in == 2s);
    CHECK(first[0].until == start + 2s);
    CHECK(b.untold() == 1);
    // A key that is forgotten meanwhile is nobody's any more.
    b.take("c", start);
    b.take("d", start);
    CHECK(b.hand_out(10, start).at(0).key == "c");
    CHECK(b.learn(first[0], {.tokens = 9, .full_in = 0s}, start) == std::nullopt);
    CHECK(b.untold() == 0);
}

TEST_CASE("keys to tell are bounded when nobody asks for them") {
    token_buckets b({.quota = 5, .window = 5s}, 100);
    b.share();
    for (int i = 0; i < 1'000; ++i)
        b.take(std::to_string(i), start);
    CHECK(b.untold() == 100);
    CHECK(b.size() == 100);
    b.hand_out(1'000, start);
    b.take("999", start);
    CHECK(b.hand_out(1'000, start).size() == 1);
}

TEST_CASE("a counter that says anything refuses nobody for longer than a window and a token's time") {
    std::mt19937_64 random(11);
    const rate r{.quota = 10, .window = 10s};
    token_buckets b(r);
    b.share();
    auto now = start;
    for (int i = 0; i < 2'000; ++i) {
        now += std::chrono::milliseconds(random() % 3'000);
        b.take("a", now);
        for (const auto& s : b.hand_out(10, now)) {
            const std::uint64_t counts[] = {0, 1, random(), ~std::uint64_t{0}, s.tokens};
            const duration times[] = {0s, 20s, duration::max() / 4, std::chrono::milliseconds(random() % 30'000)};
            const auto said = b.learn(s, {counts[random() % 5], times[random() % 4]}, now);
            REQUIRE((said && *said >= 0s && *said <= 2 * r.window));
        }
        REQUIRE(b.look("a", now).retry_in <= r.window + 1s);
        REQUIRE(b.look("a", now).full_in <= 2 * r.window);
    }
}

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
        given_.resize(all_.size(), {2 * delay});
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
            while (now < next) {
                now = std::min(now + 1ms, next);
                move(now);
            }
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
        const auto missing = until(full_at_, now);
        const auto v = all_[i].take("a", now);
        (v.allowed ? allowed : refused)++;
        if (!v.allowed) {
            // Nobody is refused to whom one bucket would have given a token, but for what comes back in a delay.
            REQUIRE(missing + interval_ + 2 * delay > h_.r.window);
            return;
        }
        full_at_ = std::max(full_at_, now) + interval_;
        given_[i].add(now);
        if (h_.losses > 0) return;
        // Beyond the quota is only what each gives until it has heard of the others.
        duration beyond = 2 * delay;
        for (const auto& g : given_)
            beyond += interval_ * g.most;
        REQUIRE(missing + interval_ <= h_.r.window + beyond);
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
    // Of the one bucket that knows everything.
    duration interval_{duration(h_.r.window) / h_.r.quota};
    time_point full_at_{};
};

}  // namespace

TEST_CASE("replicas give together what one would give, but for what passes until they know of each other") {
    std::uint32_t seed = 0;
    for (const unsigned count : {1U, 2U, 5U})
        for (const rate r : {rate{5, 1s}, rate{100, 1s}, rate{50, 10s}, rate{1'000, 2s}})
            for (const double load : {0.3, 0.9, 1.5, 10.0}) {
                INFO(count << " replicas, " << r.quota << " in " << r.window.count() << " ms, load " << load);
                simulation s({count, r, load, ++seed % 2 == 0, 0, seed});
                s.run(4'000);
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
