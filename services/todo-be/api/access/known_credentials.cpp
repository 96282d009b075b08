#include "api/access/known_credentials.hpp"

#include <cstring>
#include <utility>

namespace tidings::todo_be {

known_credentials::known_credentials(clock::duration longest, std::size_t most) : longest_(longest), most_(most) {}

std::size_t known_credentials::first_bytes::operator()(const token_hash& h) const {
    std::size_t bytes = 0;
    std::memcpy(&bytes, h.data(), sizeof bytes);
    return bytes;
}

known_credentials::known known_credentials::find(const token_hash& token, clock::time_point now) {
    const auto found = by_hash_.find(token);
    if (found == by_hash_.end() || now - found->second.asked > longest_) return {};
    auto& e = found->second;
    const bool renew = !e.renewing && now - e.asked > longest_ * 2 / 3;
    e.renewing = e.renewing || renew;
    return {&e.access, renew};
}

void known_credentials::put(const token_hash& token, request_access access, clock::time_point asked) {
    while (!by_age_.empty() && (by_age_.size() >= most_ || asked - by_age_.front().second > longest_)) {
        const auto& [oldest, age] = by_age_.front();
        if (const auto found = by_hash_.find(oldest); found != by_hash_.end() && found->second.asked == age)
            by_hash_.erase(found);
        by_age_.pop_front();
    }
    by_hash_.insert_or_assign(token, entry{std::move(access), asked});
    by_age_.emplace_back(token, asked);
}

void known_credentials::forget(const std::string& id) {
    std::erase_if(by_hash_, [&](const auto& known) { return known.second.access.token == id; });
}

}  // namespace tidings::todo_be
