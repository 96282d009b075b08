#include "delivery/parcels_in_hand.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tidings::broadcaster {

namespace {

constexpr std::size_t kept_places = 64;  // that nothing is at

}  // namespace

void parcels_in_hand::add(std::unique_ptr<parcel> p) {
    const auto number = p->number;
    if (!places_.empty() && places_.back().number >= number) throw std::logic_error("parcels come in order");
    places_.push_back({number, std::move(p)});
    ++size_;
}

std::size_t parcels_in_hand::place_of(std::uint64_t number) const {
    const auto first = places_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto at = std::ranges::lower_bound(first, places_.end(), number, {}, &place::number);
    if (at == places_.end() || at->number != number || !at->what) throw std::logic_error("a parcel is not in hand");
    return static_cast<std::size_t>(at - places_.begin());
}

std::unique_ptr<parcel> parcels_in_hand::extract(std::uint64_t number) {
    auto p = std::move(places_[place_of(number)].what);
    --size_;
    while (first_ < places_.size() && !places_[first_].what)
        ++first_;
    tidy();
    return p;
}

void parcels_in_hand::tidy() {
    if (size_ == 0) return clear();
    if (places_.size() <= 2 * size_ + kept_places) return;
    std::erase_if(places_, [](const place& p) { return !p.what; });
    first_ = 0;
}

void parcels_in_hand::clear() {
    places_.clear();
    if (places_.capacity() > kept_places) places_ = std::vector<place>();
    first_ = size_ = 0;
}

}  // namespace tidings::broadcaster
