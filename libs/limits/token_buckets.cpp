#include "limits/token_buckets.hpp"

#include <algorithm>

namespace tidings::limits {

namespace {

token_buckets::duration until(token_buckets::time_point t, token_buckets::time_point now) {
    return std::max(t - now, token_buckets::duration::zero());
}

}  // namespace

token_buckets::token_buckets(rate r, std::size_t most_keys)
    : interval_(duration(r.window) / r.quota), window_(interval_ * r.quota), most_(most_keys) {}

token_buckets::bucket& token_buckets::bucket_of(std::string_view key, time_point now) {
    if (const auto known = by_key_.find(key); known != by_key_.end()) {
        buckets_.splice(buckets_.begin(), buckets_, known->second);
        return buckets_.front();
    }
    buckets_.push_front({.key = std::string(key), .full_at = now});
    by_key_.emplace(buckets_.front().key, buckets_.begin());
    if (buckets_.size() > most_) {
        by_key_.erase(buckets_.back().key);
        buckets_.pop_back();
    }
    return buckets_.front();
}

verdict token_buckets::look(std::string_view key, time_point now) const {
    const auto known = by_key_.find(key);
    const auto missing = known == by_key_.end() ? duration::zero() : until(known->second->full_at, now);
    if (missing + interval_ > window_)
        return {.allowed = false, .left = 0, .full_in = missing, .retry_in = missing + interval_ - window_};
    return {.allowed = true, .left = static_cast<std::uint64_t>((window_ - missing) / interval_), .full_in = missing};
}

verdict token_buckets::take(std::string_view key, time_point now) {
    auto& b = bucket_of(key, now);
    pass_time(b, now);
    const auto missing = b.full_at - now;
    if (missing + interval_ > window_)
        return {.allowed = false, .left = 0, .full_in = missing, .retry_in = missing + interval_ - window_};
    b.full_at += interval_;
    if (shared_) note(b, now);
    const auto left = window_ - missing - interval_;
    return {.allowed = true, .left = static_cast<std::uint64_t>(left / interval_), .full_in = missing + interval_};
}

void token_buckets::pass_time(bucket& b, time_point now) {
    if (b.full_at >= now) return;
    b.idle += now - b.full_at;
    b.full_at = now;
}

void token_buckets::note(bucket& b, time_point now) {
    if (b.untold == 0) {
        if (untold_.size() >= most_) return;
        untold_.push_back(b.key);
    }
    ++b.untold;
    b.untold_until = std::max(b.untold_until, now) + interval_;
}

std::vector<spending> token_buckets::hand_out(std::size_t most, time_point now) {
    std::vector<spending> all;
    for (auto left = std::min(most, untold_.size()); left > 0; --left) {
        // It may have been forgotten, and used anew.
        const auto known = by_key_.find(untold_.front());
        if (known != by_key_.end() && known->second->untold > 0) {
            auto& b = *known->second;
            all.push_back({b.key, b.untold, b.untold_until, until(b.full_at, now)});
            b.untold = 0;
            b.untold_until = {};
        }
        untold_.pop_front();
    }
    return all;
}

// All that is added here is what is missing at least: nobody is refused for what may be back. Of what others took since
// they were counted last nothing came back but while the bucket was full without it; and where only times are known,
// two parts that come back each on its own are back before both together are.
std::optional<token_buckets::duration> token_buckets::learn(const spending& s, const shared_count& c, time_point now) {
    const auto known = by_key_.find(s.key);
    if (known == by_key_.end()) return std::nullopt;
    auto& b = *known->second;
    pass_time(b, now);
    if (b.counted) {
        // A counter that was made anew begins elsewhere.
        const auto others = c.tokens - *b.counted - s.tokens;
        if (others <= 2 * static_cast<std::uint64_t>(window_ / interval_))
            b.full_at += until(now + interval_ * others, now + b.idle);
    }
    b.full_at =
        std::max(b.full_at, now + std::min(c.full_in, 2 * window_) + until(s.until, now) + until(b.untold_until, now));
    b.full_at = std::min(b.full_at, now + 2 * window_);
    b.counted = c.tokens;
    b.idle = {};
    return until(b.full_at - interval_ * b.untold, now);
}

void token_buckets::lost(const spending& s) {
    if (const auto known = by_key_.find(s.key); known != by_key_.end()) known->second->counted.reset();
}

}  // namespace tidings::limits
