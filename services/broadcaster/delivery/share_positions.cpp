// What the bucket is told of a share of a stream, and who has waited for that.
#include <utility>

#include "delivery/stream_share.hpp"

namespace tidings::broadcaster {

void stream_share::written() {
    if (progress_.shard_stored()) owner_.positions_due();
    if (std::exchange(pressed_, false)) owner_.room_freed(*this);
}

std::vector<stream_share::own_write_of> stream_share::next_own_writes() {
    std::vector<own_write_of> writes;
    for (const auto& [n, w] : progress_.next_own_writes()) {
        own_write_of o{n, identity_of(riders_[n]->line.target()), std::nullopt};
        if (w.position) o.position = endpoint_position::of(stream_, created_, *w.position);
        writes.push_back(std::move(o));
    }
    return writes;
}

bool stream_share::own_written(slot endpoint, std::uint32_t restarts) {
    if (restarts != restarts_) return false;
    restless_.insert(endpoint);
    return progress_.own_stored(endpoint);
}

void stream_share::go_on(slot endpoint) {
    const auto& r = riders_[endpoint];
    if (r && r->reader) return r->reader->resume();
    owner_.room_freed(*this);
}

}  // namespace tidings::broadcaster
