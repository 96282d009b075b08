// Thousands of random histories of a retry_queue, beside a queue that does the same in the simplest way.
#include <algorithm>
#include <map>
#include <random>

#include "domain/retry_queue.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

using time_point = retry_queue::time_point;
const time_point t0{1000h};

// Looks at everything for each answer.
class simple_queue {
  public:
    std::map<retry_id, retry_queue::entry> all;

    bool holds(const std::string& key) const {
        return !key.empty() && std::ranges::any_of(all, [&](const auto& e) { return e.second.key == key; });
    }
    // Every entry that take() may give.
    std::vector<retry_id> takeable(time_point now, retry_id passed) const {
        std::vector<retry_id> found;
        auto due = time_point::max();
        for (const auto& [id, e] : all) {
            const bool unread = id.incarnation == passed.incarnation && id.sequence >= passed.sequence;
            if (e.busy || e.stored == 0 || e.due > now || unread || !is_first(id, e.key) || e.due > due) continue;
            if (e.due < due) found.clear();
            due = e.due;
            found.push_back(id);
        }
        return found;
    }
    std::optional<time_point> next_due() const {
        std::optional<time_point> next;
        for (const auto& [id, e] : all)
            if (!e.busy && e.stored > 0 && is_first(id, e.key)) next = std::min(next.value_or(e.due), e.due);
        return next;
    }

  private:
    bool is_first(retry_id id, const std::string& key) const {
        return key.empty() ||
               std::ranges::none_of(all, [&](const auto& e) { return e.second.key == key && e.first < id; });
    }
};

class history {
  public:
    explicit history(unsigned seed) : random_(seed), keys_(upto(12)) {}

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            step(upto(9));
            compare();
        }
        while (!simple_.all.empty())
            settle(simple_.all.begin()->first);
        compare();
        CHECK(queue_.size() == 0);
    }

  private:
    std::uint64_t upto(std::uint64_t n) { return random_() % (n + 1); }
    retry_id any_id() { return {static_cast<std::uint32_t>(1 + upto(1)), 1 + upto(40)}; }
    time_point any_time() { return now_ + 10ms * upto(30) - 50ms; }
    // One of those that are there, if any.
    std::optional<retry_id> known(bool busy) {
        std::vector<retry_id> some;
        for (const auto& [id, e] : simple_.all)
            if (e.busy == busy) some.push_back(id);
        if (some.empty()) return std::nullopt;
        return some[upto(some.size() - 1)];
    }

    void step(std::uint64_t what) {
        if (what == 0) now_ += 10ms * upto(20);
        if (what == 1) passed_ = {static_cast<std::uint32_t>(1 + (upto(20) == 0)), passed_.sequence + upto(6)};
        if (what == 2) hold(any_id());
        if (what == 3) found(any_id());
        if (what >= 4 && what <= 6) take();
        if (what == 7) end_of_try();
        if (what == 8) upto(3) == 0 ? hasten() : withhold();
        if (what == 9)
            if (const auto id = known(upto(1) == 0)) settle(*id);
    }
    std::string any_key() { return upto(2) == 0 ? std::string() : "key " + std::to_string(upto(keys_)); }

    void hold(retry_id id) {
        if (simple_.all.contains(id)) return;
        const auto key = any_key();
        const auto due = any_time();
        queue_.hold(id, key, 1, due);
        simple_.all[id] = {0, 1, due, key, true};
    }
    void found(retry_id id) {
        retry_queue::entry e{upto(1) == 0 ? ++stored_ : upto(stored_), upto(9), any_time(), any_key(), false};
        const auto there = simple_.all.find(id);
        if (there != simple_.all.end()) e.key = there->second.key;
        if (e.stored == 0) return;
        queue_.found(id, e);
        if (there != simple_.all.end() && e.stored <= there->second.stored) return;
        if (there != simple_.all.end()) e.busy = there->second.busy;
        simple_.all[id] = e;
    }
    void take() {
        const auto may = simple_.takeable(now_, passed_);
        const auto got = queue_.take(now_, passed_);
        REQUIRE(got.has_value() == !may.empty());
        if (!got) return;
        REQUIRE(std::ranges::find(may, *got) != may.end());
        simple_.all[*got].busy = true;
    }
    void end_of_try() {
        const auto id = known(true);
        if (!id) return;
        auto& e = simple_.all[*id];
        if (upto(2) == 0 && e.stored > 0) {
            queue_.put_back(*id);
            e.busy = false;
            return;
        }
        e.attempts = upto(20);
        e.due = any_time();
        e.unreachable = upto(1) == 0;
        queue_.again(*id, e.attempts, e.due, e.unreachable);
        e.stored = ++stored_;
        queue_.stored(*id, e.stored);
        e.busy = false;
    }
    void hasten() {
        queue_.hasten(now_);
        for (auto& [id, e] : simple_.all)
            if (e.unreachable && e.due > now_) e.due = now_;
    }
    void withhold() {
        const auto id = known(false);
        if (!id) return;
        queue_.withhold(*id);
        simple_.all[*id].busy = true;
    }
    void settle(retry_id id) {
        queue_.settle(id);
        simple_.all.erase(id);
    }

    void compare() {
        REQUIRE(queue_.size() == simple_.all.size());
        for (const auto& [id, e] : simple_.all) {
            REQUIRE(queue_.contains(id));
            REQUIRE(queue_.stored_as(id) == e.stored);
            REQUIRE(queue_.attempts(id) == e.attempts);
        }
        for (std::uint64_t k = 0; k <= keys_; ++k) {
            const auto key = "key " + std::to_string(k);
            REQUIRE(queue_.holds(key) == simple_.holds(key));
        }
        // It may ask to be woken too early, never too late.
        const auto wanted = simple_.next_due();
        const auto next = queue_.next_due();
        const bool reader_wakes = queue_.waits_for_reader();
        REQUIRE_FALSE((wanted && !next && !reader_wakes));
        REQUIRE_FALSE((next && queue_.size() == 0));
        REQUIRE_FALSE((wanted && !reader_wakes && *next > *wanted));
    }

    std::mt19937 random_;
    std::uint64_t keys_;
    retry_queue queue_;
    simple_queue simple_;
    time_point now_ = t0;
    retry_id passed_{1, 1};
    std::uint64_t stored_ = 0;
};

}  // namespace

TEST_CASE("retries: random histories go as in a queue that looks at everything") {
    for (unsigned seed = 1; seed <= 3'000; ++seed) {
        INFO("seed " << seed);
        history(seed).run(80);
    }
}

TEST_CASE("retries: a hundred thousand of one key, and as many of their own, are found, tried in order and forgotten") {
    retry_queue q;
    constexpr std::uint64_t many = 100'000;
    for (std::uint64_t n = 1; n <= many; ++n) {
        q.found({1, 2 * n}, {n, 0, t0, "one"});
        q.found({1, 2 * n + 1}, {many + n, 0, t0 + 1h, "key " + std::to_string(n)});
    }
    for (std::uint64_t n = 1; n <= many; ++n) {
        REQUIRE_FALSE(q.take(t0, {1, 10 * many}) != std::optional<retry_id>({1, 2 * n}));
        q.settle({1, 2 * n});
    }
    CHECK(q.size() == many);
    CHECK_FALSE(q.holds("one"));
    CHECK(q.holds("key 777"));
    for (std::uint64_t n = many; n >= 1; --n)
        q.settle({1, 2 * n + 1});
    CHECK(q.size() == 0);
    CHECK_FALSE(q.holds("key 777"));
}
