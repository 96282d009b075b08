#include "delivery/parcel.hpp"

#include <memory>
#include <utility>

namespace tidings::broadcaster {

namespace {

constexpr std::size_t spare_limit = 512;
constexpr std::size_t spare_head_limit = 4 * 1024;

std::uint64_t replays_of(const parcel& p) {
    return p.retry && p.retry->incarnation == replay_incarnation ? p.retry->sequence : 0;
}

}  // namespace

given_up given_up_of(const parcel& p, const endpoint& meant_for) {
    const auto& e = *p.what;
    return {meant_for.name, e.id,      p.attempt,           p.last_status, p.last_error,  e.sequence,
            e.stored_ns,    e.subject, e.msg.all_headers(), e.body,        replays_of(p), meant_for.created_at};
}

std::unique_ptr<parcel> parcel_store::take(in_hand_share held) {
    std::unique_ptr<parcel> p;
    if (spare_.empty()) {
        p = std::make_unique<parcel>();
    } else {
        p = std::move(spare_.back());
        spare_.pop_back();
    }
    p->held = std::move(held);
    return p;
}

// Made anew, not assigned: a string that is assigned an empty one keeps its memory.
void parcel_store::give_back(std::unique_ptr<parcel> p) {
    if (spare_.size() >= spare_limit || p->head.capacity() > spare_head_limit) return;
    auto head = std::move(p->head);
    std::destroy_at(p.get());
    std::construct_at(p.get());
    p->head = std::move(head);
    spare_.push_back(std::move(p));
}

}  // namespace tidings::broadcaster
