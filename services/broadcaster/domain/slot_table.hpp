// A hash table of numbers that name records kept elsewhere: about eight bytes for each. Linear probing; the caller
// supplies the hashes and says which record is meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tidings::broadcaster {

class slot_table {
  public:
    using slot = std::uint32_t;
    static constexpr slot none = UINT32_MAX;

    // The slot in the place of `hash` that `is` says yes to.
    template <class Is>
    slot find(std::uint64_t hash, Is is) const {
        if (size_ == 0) return none;
        for (auto at = home(hash);; at = next(at))
            if (places_[at] == none || is(places_[at])) return places_[at];
    }
    // Pre: not there. `hash_of` a slot: for moving the others.
    template <class HashOf>
    void insert(std::uint64_t hash, slot s, HashOf hash_of) {
        if ((size_ + 1) * 4 > places_.size() * 3) grow(hash_of);
        put(hash, s);
        ++size_;
    }
    // Pre: `before` is there, and `after` has the same hash.
    void replace(std::uint64_t hash, slot before, slot after) { places_[place_of(hash, before)] = after; }
    // Pre: it is there.
    template <class HashOf>
    void erase(std::uint64_t hash, slot s, HashOf hash_of) {
        auto hole = place_of(hash, s);
        for (auto at = next(hole); places_[at] != none; at = next(at)) {
            const auto wanted = home(hash_of(places_[at]));
            const bool may_stay = ((at - wanted) & mask()) < ((at - hole) & mask());
            if (!may_stay) places_[std::exchange(hole, at)] = places_[at];
        }
        places_[hole] = none;
        --size_;
    }

  private:
    std::size_t mask() const { return places_.size() - 1; }
    std::size_t home(std::uint64_t hash) const { return (hash * 0x9e3779b97f4a7c15U >> 32) & mask(); }
    std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
    std::size_t place_of(std::uint64_t hash, slot s) const {
        auto at = home(hash);
        while (places_[at] != s)
            at = next(at);
        return at;
    }
    void put(std::uint64_t hash, slot s) {
        auto at = home(hash);
        while (places_[at] != none)
            at = next(at);
        places_[at] = s;
    }
    template <class HashOf>
    void grow(HashOf hash_of) {
        const auto before = std::move(places_);
        places_.assign(before.empty() ? 8 : before.size() * 2, none);
        for (const auto s : before)
            if (s != none) put(hash_of(s), s);
    }

    std::vector<slot> places_;  // a power of two
    std::size_t size_ = 0;
};

}  // namespace tidings::broadcaster
