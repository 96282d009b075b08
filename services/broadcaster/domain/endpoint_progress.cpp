#include "domain/endpoint_progress.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tidings::broadcaster {

endpoint_progress::endpoint_progress(std::optional<std::uint64_t> own, std::uint64_t first)
    : mode_(own ? mode::alone : mode::riding), window_(own.value_or(first)), own_(own) {}

std::uint64_t endpoint_progress::lowest(std::uint64_t shared_head) const {
    if (!rides()) return window_.position();
    return window_.size() > 0 ? std::min(window_.position(), shared_head) : shared_head;
}

bool endpoint_progress::leave(std::uint64_t shared_head) {
    if (under_way_) return false;
    if (mode_ == mode::riding) {
        skip_to(shared_head);
        mode_ = mode::leaving;
        wants_to_leave_ = true;
    } else if (mode_ == mode::attached) {
        // The bucket still has a position of its own, and all that it holds is at or above it.
        skip_to(shared_head);
        mode_ = mode::alone;
    }
    return true;
}

// What the shared reader has read and the endpoint did not want.
void endpoint_progress::skip_to(std::uint64_t shared_head) {
    if (shared_head > window_.head()) window_.advance(shared_head);
}

void endpoint_progress::let_go() {
    if (!reads_alone()) throw std::logic_error("an endpoint on the shared reader keeps what it has in hand");
    window_ = reader_window(*own_);
}

void endpoint_progress::attach() {
    if (!reads_alone()) throw std::logic_error("only an endpoint that reads alone can attach");
    mode_ = mode::attached;
}

std::optional<own_write> endpoint_progress::next_write(std::uint64_t shared_head, std::uint64_t shard_stored,
                                                       bool shard_writing) {
    if (under_way_) return std::nullopt;
    const auto now = lowest(shared_head);
    if (std::exchange(wants_to_leave_, false) || (mode_ == mode::alone && now > *own_)) {
        under_way_ = own_write{now};
    } else if (mode_ == mode::attached && !shard_writing && now >= shard_stored) {
        // A shard's position still under way may have been computed before this endpoint counted for it.
        under_way_ = own_write{std::nullopt};
    }
    return under_way_;
}

void endpoint_progress::stored() {
    if (!under_way_) throw std::logic_error("nothing was being stored");
    own_ = std::exchange(under_way_, std::nullopt)->position;
    if (mode_ == mode::leaving) mode_ = mode::alone;
    if (mode_ == mode::attached && !own_) mode_ = mode::riding;
}

}  // namespace tidings::broadcaster
