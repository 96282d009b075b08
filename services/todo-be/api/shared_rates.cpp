#include "api/shared_rates.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;
using kind = rate_counters::answer::kind;

constexpr auto pause = 50ms;
constexpr auto patience = 200ms;  // nobody waits for it
constexpr auto long_rest = 1h;
constexpr std::size_t most_at_once = 32;  // some 15 KB

}  // namespace

shared_rates::shared_rates(const runtime::executor& ex, redis::client& cache, limits::token_buckets& buckets,
                           limits::rate r)
    : cache_(cache),
      buckets_(buckets),
      rate_(r),
      wake_(ex),
      random_((std::uint64_t{std::random_device{}()} << 32U) | std::random_device{}()) {
    buckets_.share();
}

runtime::task<> shared_rates::run(std::string key) {
    counters_.emplace(key, rate_);
    // Of before, who knows when.
    lose(buckets_.hand_out(buckets_.untold(), runtime::now()));
    for (;;) {
        co_await wake_.wait(long_rest);
        co_await tell_all();
        co_await runtime::sleep_for(pause);
    }
}

std::string shared_rates::trouble() const {
    auto why = cache_.trouble();
    return why.empty() ? trouble_ : why;
}

// What is taken meanwhile waits for the next time.
runtime::task<> shared_rates::tell_all() {
    for (auto left = buckets_.untold(); left > 0;) {
        const auto some = std::min(left, most_at_once);
        left -= some;
        auto all = buckets_.hand_out(some, runtime::now());
        if (all.empty() || co_await tell(std::move(all))) continue;
        lose(buckets_.hand_out(left, runtime::now()));
        co_return;
    }
}

runtime::task<bool> shared_rates::tell(spendings all) {
    // Of nobody, first: who does not count that one right counts nothing right, and cannot tell it from the others.
    const auto now = runtime::now();
    all.insert(all.begin(), {.key = "nobody " + std::to_string(random_()), .tokens = 1, .until = now, .full_in = {}});
    const auto first = random_() >> 16U;
    std::string commands;
    for (const auto& s : all)
        commands += counters_->add(s, first);
    const auto replies = co_await cache_.ask(std::move(commands), all.size() * rate_counters::commands, patience);
    trouble_ = learn(all, first, replies);
    if (!trouble_.empty()) lose(all);
    co_return trouble_.empty();
}

// Why nothing was learned; empty: all of it was.
std::string shared_rates::learn(const spendings& all, std::uint64_t first, const std::vector<redis::reply>& replies) {
    if (replies.empty()) return "no answer in time";
    std::vector<rate_counters::answer> answers;
    for (const auto& s : all)
        answers.push_back(counters_->understood(
            s, std::span(replies).subspan(answers.size() * rate_counters::commands, rate_counters::commands)));
    const auto any = [&](kind k) {
        return std::ranges::find(answers, k, &rate_counters::answer::what) != answers.end();
    };
    const auto& probe = answers.front();
    const bool right = probe.made && probe.count.tokens == first + 1 && probe.count.full_in == 0s;
    if (any(kind::nonsense) || (probe.what == kind::counted && !right)) {
        cache_.distrust();
        return "it counts what was not taken";
    }
    if (any(kind::refused)) return "it refuses to count";
    std::string corrections;
    std::size_t count = 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
        const auto full_in = buckets_.learn(all[i], answers[i].count, runtime::now());
        if (!full_in || *full_in < answers[i].there + 1ms) continue;
        corrections += counters_->correct(all[i].key, *full_in);
        ++count;
    }
    if (count > 0) cache_.tell(std::move(corrections), count);
    return {};
}

void shared_rates::lose(const spendings& all) {
    for (const auto& s : all)
        buckets_.lost(s);
}

}  // namespace tidings::todo_be
