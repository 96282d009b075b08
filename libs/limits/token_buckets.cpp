#include "limits/token_buckets.hpp"

#include <algorithm>

namespace tidings::limits {

token_buckets::token_buckets(rate r, std::size_t most_keys)
    : interval_(duration(r.window) / r.quota), window_(interval_ * r.quota), most_(most_keys) {}

token_buckets::bucket& token_buckets::bucket_of(std::string_view key, time_point now) {
    if (const auto known = by_key_.find(key); known != by_key_.end()) {
        buckets_.splice(buckets_.begin(), buckets_, known->second);
        return buckets_.front();
    }
    buckets_.push_front({std::string(key), now});
    by_key_.emplace(buckets_.front().key, buckets_.begin());
    if (buckets_.size() > most_) {
        by_key_.erase(buckets_.back().key);
        buckets_.pop_back();
    }
    return buckets_.front();
}

verdict token_buckets::look(std::string_view key, time_point now) const {
    const auto known = by_key_.find(key);
    const auto missing =
        known == by_key_.end() ? duration::zero() : std::max(known->second->full_at - now, duration::zero());
    if (missing + interval_ > window_)
        return {.allowed = false, .left = 0, .full_in = missing, .retry_in = missing + interval_ - window_};
    return {.allowed = true, .left = static_cast<std::uint64_t>((window_ - missing) / interval_), .full_in = missing};
}

verdict token_buckets::take(std::string_view key, time_point now) {
    auto& full_at = bucket_of(key, now).full_at;
    full_at = std::max(full_at, now);
    const auto missing = full_at - now;
    if (missing + interval_ > window_)
        return {.allowed = false, .left = 0, .full_in = missing, .retry_in = missing + interval_ - window_};
    full_at += interval_;
    const auto left = window_ - missing - interval_;
    return {.allowed = true, .left = static_cast<std::uint64_t>(left / interval_), .full_in = missing + interval_};
}

}  // namespace tidings::limits
