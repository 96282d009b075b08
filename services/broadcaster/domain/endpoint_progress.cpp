#include "domain/endpoint_progress.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tidings::broadcaster {

endpoint_progress::endpoint_progress(std::optional<done_set> own, std::uint64_t first)
    : mode_(own ? mode::alone : mode::riding),
      window_(own ? *own : done_set(first)),
      own_(std::move(own)),
      counted_(own_.has_value()),
      follows_(own_ && own_->end() >= first) {}

std::uint64_t endpoint_progress::lowest(std::uint64_t shared_head) const {
    if (!rides()) return window_.lowest();
    return window_.all_done() ? shared_head : std::min(window_.lowest(), shared_head);
}

bool endpoint_progress::leave(std::uint64_t shared_head) {
    if (under_way_) return false;
    if (!rides()) return true;
    window_.read_to(shared_head);  // what the endpoint did not want
    follows_ = true;
    wants_to_leave_ = mode_ == mode::riding;
    // Attached: the bucket still has a position of its own, and all that it holds is at or above it.
    mode_ = wants_to_leave_ ? mode::leaving : mode::alone;
    return true;
}

void endpoint_progress::put_off(std::uint64_t sequence) {
    if (!follows_ || sequence < window_.end()) return;  // or it is the one at which it left
    if (window_.again() >= most_put_off)
        follows_ = false;
    else
        window_.put_off(sequence);
}

void endpoint_progress::let_go() {
    if (!reads_alone()) throw std::logic_error("an endpoint on the shared reader keeps what it has in hand");
    window_.let_go();
}

void endpoint_progress::attach() {
    if (!reads_alone()) throw std::logic_error("only an endpoint that reads alone can attach");
    mode_ = mode::attached;
    follows_ = false;
}

own_write endpoint_progress::write(done_set d) {
    window_.write_begins(d);
    under_way_ = own_write{std::move(d)};
    return *under_way_;
}

// What is done above the shard's position would be forgotten.
bool endpoint_progress::needs_own(std::uint64_t shared_head, std::uint64_t shard_stored) const {
    return mode_ != mode::attached || lowest(shared_head) < shard_stored || own_->end() > shard_stored;
}

std::optional<std::uint64_t> endpoint_progress::own_place(std::uint64_t shared_head, std::uint64_t shard_stored) const {
    if (!own_ || !needs_own(shared_head, shard_stored)) return std::nullopt;
    return own_->next;
}

std::optional<own_write> endpoint_progress::next_write(std::uint64_t shared_head, std::uint64_t shard_stored,
                                                       bool shard_writing) {
    if (under_way_) return std::nullopt;
    if (std::exchange(wants_to_leave_, false)) return write(window_.done_so_far());
    if (mode_ == mode::alone && (unwritten() > 0 || window_.lowest() > own_->next)) {
        auto now = window_.done_so_far();
        if (now != *own_) return write(std::move(now));
    }
    // A shard's position still under way may have been computed before this endpoint counted for it.
    if (own_ && !shard_writing && !counted_ && !needs_own(shared_head, shard_stored))
        under_way_ = own_write{std::nullopt};
    return under_way_;
}

void endpoint_progress::stored(std::uint64_t shard_stored) {
    if (!under_way_) throw std::logic_error("nothing was being stored");
    own_ = std::exchange(under_way_, std::nullopt)->position;
    own_ ? window_.written() : window_.written_below(shard_stored);
    if (mode_ == mode::leaving) mode_ = mode::alone;
    if (mode_ == mode::attached && !own_) mode_ = mode::riding;
}

// While it has a position of its own, or soon has one, a successor begins there.
void endpoint_progress::shard_stored(std::uint64_t position) {
    if (mode_ == mode::riding) window_.written_below(position);
}

}  // namespace tidings::broadcaster
