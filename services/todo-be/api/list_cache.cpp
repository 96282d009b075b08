#include "api/list_cache.hpp"

#include <utility>

namespace tidings::todo_be {

list_cache::list_cache(std::size_t most, clock::duration longest) : most_(most), longest_(longest) {}

http::prepared_response list_cache::find(std::string_view query, clock::time_point now) {
    const auto found = by_query_.find(query);
    if (found == by_query_.end() || now - found->second->read > longest_) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->answer;
}

void list_cache::put(std::string query, std::uint64_t generation, http::prepared_response answer,
                     clock::time_point now) {
    if (!live_ || generation != generation_) return;
    if (const auto old = by_query_.find(query); old != by_query_.end()) {
        const auto place = old->second;
        by_query_.erase(old);
        entries_.erase(place);
    }
    entries_.push_front({std::move(query), std::move(answer), now});
    by_query_.emplace(entries_.front().query, entries_.begin());
    if (entries_.size() <= most_) return;
    by_query_.erase(entries_.back().query);
    entries_.pop_back();
}

void list_cache::invalidate() {
    ++generation_;
    by_query_.clear();
    entries_.clear();
}

void list_cache::live(bool is_live) {
    live_ = is_live;
    invalidate();
}

}  // namespace tidings::todo_be
