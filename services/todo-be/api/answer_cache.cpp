#include "api/answer_cache.hpp"

#include <iterator>
#include <utility>

namespace tidings::todo_be {

namespace {

constexpr std::size_t overhead = 320;  // of an entry, besides its text

std::string name_of(user_id owner, std::string_view what) {
    auto name = std::to_string(owner.value);
    name += '\n';
    return name += what;
}

}  // namespace

answer_cache::answer_cache(std::size_t most_bytes, clock::duration longest)
    : most_bytes_(most_bytes), longest_(longest) {}

std::size_t answer_cache::entry::bytes() const { return overhead + name.size() + read.answer->plain.size(); }

void answer_cache::live(bool is_live) {
    live_ = is_live;
    generations_.everybody_changed();
    by_name_.clear();
    entries_.clear();
    bytes_ = 0;
}

kept_read answer_cache::find(user_id owner, std::string_view what, clock::time_point now) {
    const auto found = by_name_.find(name_of(owner, what));
    if (found == by_name_.end()) return {};
    const auto p = found->second;
    if (now - p->at > longest_ || p->generation != generations_.of(owner).number) {
        drop(p);
        return {};
    }
    entries_.splice(entries_.begin(), entries_, p);
    return p->read;
}

void answer_cache::put(user_id owner, std::string_view what, std::uint64_t generation, kept_read read,
                       clock::time_point now) {
    if (!live_ || generation != generations_.of(owner).number) return;
    entry made{name_of(owner, what), owner, generation, std::move(read), now};
    if (made.bytes() > most_bytes_ / 4) return;
    if (const auto old = by_name_.find(made.name); old != by_name_.end()) drop(old->second);
    bytes_ += made.bytes();
    entries_.push_front(std::move(made));
    by_name_.emplace(entries_.front().name, entries_.begin());
    while (bytes_ > most_bytes_)
        drop(std::prev(entries_.end()));
}

void answer_cache::drop(place p) {
    bytes_ -= p->bytes();
    by_name_.erase(p->name);
    entries_.erase(p);
}

}  // namespace tidings::todo_be
