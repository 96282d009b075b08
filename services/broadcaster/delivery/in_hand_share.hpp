// A number of bytes that are counted among what is in hand, as long as it is there. Move-only.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace tidings::broadcaster {

class in_hand_share {
  public:
    struct counts {
        std::size_t all = 0;
        std::size_t alone = 0, retried = 0;  // of all
    };

    in_hand_share() = default;
    // `part`: of `all`, null: none.
    in_hand_share(std::shared_ptr<counts> all, std::size_t bytes, std::size_t* part)
        : counts_(std::move(all)), bytes_(bytes), part_(part) {
        counts_->all += bytes_;
        if (part_ != nullptr) *part_ += bytes_;
    }
    in_hand_share(in_hand_share&& other) noexcept
        : counts_(std::move(other.counts_)), bytes_(other.bytes_), part_(other.part_) {}
    in_hand_share& operator=(in_hand_share&& other) noexcept {
        std::swap(counts_, other.counts_);
        std::swap(bytes_, other.bytes_);
        std::swap(part_, other.part_);
        return *this;
    }
    ~in_hand_share() {
        if (!counts_) return;
        counts_->all -= bytes_;
        if (part_ != nullptr) *part_ -= bytes_;
    }

  private:
    std::shared_ptr<counts> counts_;
    std::size_t bytes_ = 0;
    std::size_t* part_ = nullptr;
};

}  // namespace tidings::broadcaster
