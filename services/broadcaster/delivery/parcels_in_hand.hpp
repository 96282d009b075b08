// The parcels that one endpoint has in hand, by number. They come in order and go in almost the same: one array, not a
// tree, whose nodes would be all over the memory when a hundred endpoints have hundreds each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "delivery/parcel.hpp"

namespace tidings::broadcaster {

class parcels_in_hand {
  public:
    // Pre: its number is above all others.
    void add(std::unique_ptr<parcel> p);
    // Pre for these: it is there.
    parcel& at(std::uint64_t number) const { return *places_[place_of(number)].what; }
    std::unique_ptr<parcel> extract(std::uint64_t number);

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    // Pre: not empty.
    const parcel& oldest() const { return *places_[first_].what; }
    void clear();

    template <class Use>
    void for_each(Use use) const {
        for (auto i = first_; i < places_.size(); ++i)
            if (places_[i].what) use(*places_[i].what);
    }

  private:
    struct place {
        std::uint64_t number;
        std::unique_ptr<parcel> what;  // null: it is gone
    };
    std::size_t place_of(std::uint64_t number) const;
    void tidy();

    std::vector<place> places_;
    std::size_t first_ = 0;  // those before it are gone; it is not
    std::size_t size_ = 0;
};

}  // namespace tidings::broadcaster
