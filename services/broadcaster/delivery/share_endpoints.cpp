// How endpoints come to a share of a stream, change there, and go.
#include <algorithm>
#include <utility>

#include "delivery/stream_share.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

stream_share::slot stream_share::free_slot() {
    if (free_.empty()) {
        riders_.emplace_back();
        return riders_.size() - 1;
    }
    const auto n = free_.back();
    free_.pop_back();
    return n;
}

stream_share::slot stream_share::add(const endpoint_ptr& e, retry_desk* desk, std::optional<done_set> own,
                                     std::uint64_t start, bool counted) {
    const auto n = free_slot();
    const auto from = own ? own->next : std::max(start, head());
    const bool alone = own.has_value();
    auto& r = riders_[n] = std::make_unique<rider>(links_.line, e, *this, desk, n);
    progress_.add(n, std::move(own), start, counted);
    index_.add(n, e->event_types);
    names_.emplace(identity_of(*e), n);
    r->line.delivers().metrics().owner(true);
    if (alone || !e->enabled) restless_.insert(n);
    if (!alone) reader_goes_on_for(n);
    log::info("endpoint ready", {{"endpoint", e->name}, {"ordering", to_string(e->order)}, {"from", from}});
    return n;
}

void stream_share::change(const std::string& identity, endpoint_ptr e) {
    const auto n = names_.at(identity);
    auto& line = riders_[n]->line;
    const auto before = line.target().event_types;
    line.change(std::move(e));
    if (before == line.target().event_types) return;
    progress_.change_filter(n);
    index_.remove(n, before);
    index_.add(n, line.target().event_types);
}

void stream_share::remove(const std::string& identity) {
    const auto named = names_.extract(identity);
    const auto n = named.mapped();
    auto& r = riders_[n];
    index_.remove(n, r->line.target().event_types);
    progress_.remove(n);
    restless_.erase(n);
    r->line.delivers().metrics().not_here();
    r.reset();
    free_.push_back(n);
    if (blocked_by_ == n) blocked_by_.reset();
    owner_.room_freed(*this);
}

endpoint_line* stream_share::find(const std::string& identity) {
    const auto n = names_.find(identity);
    return n == names_.end() ? nullptr : &riders_[n->second]->line;
}

}  // namespace tidings::broadcaster
