#include "api/list_cache.hpp"

#include <iterator>
#include <utility>

namespace tidings::todo_be {

list_cache::list_cache(std::size_t most, clock::duration longest, std::size_t most_bytes)
    : most_(most), longest_(longest), most_bytes_(most_bytes) {}

http::prepared_response list_cache::find(std::string_view query, clock::time_point now) {
    const auto found = by_query_.find(query);
    if (found == by_query_.end()) return nullptr;
    if (now - found->second->read > longest_) {
        drop(found->second);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->answer;
}

void list_cache::put(std::string query, std::uint64_t generation, http::prepared_response answer,
                     clock::time_point now) {
    if (!live_ || generation != generation_ || answer->plain.size() > most_bytes_) return;
    if (const auto old = by_query_.find(query); old != by_query_.end()) drop(old->second);
    bytes_ += answer->plain.size();
    entries_.push_front({std::move(query), std::move(answer), now});
    by_query_.emplace(entries_.front().query, entries_.begin());
    while (entries_.size() > most_ || bytes_ > most_bytes_)
        drop(std::prev(entries_.end()));
}

void list_cache::drop(place p) {
    bytes_ -= p->answer->plain.size();
    by_query_.erase(p->query);
    entries_.erase(p);
}

void list_cache::invalidate() {
    ++generation_;
    bytes_ = 0;
    by_query_.clear();
    entries_.clear();
}

void list_cache::live(bool is_live) {
    live_ = is_live;
    invalidate();
}

}  // namespace tidings::todo_be
