// The endpoints of the fleet: how they come, change and go, and what is known of them.
#include <utility>

#include "delivery/fleet.hpp"
#include "domain/fleet_scope.hpp"
#include "domain/shard_assignment.hpp"

namespace tidings::broadcaster {

shard_keeper* fleet::keeper_of(std::string_view endpoint_name) const {
    return keepers_.empty() ? nullptr : keepers_[shard_of(endpoint_name, o_.shards)].get();
}

void fleet::set(endpoint_ptr e) {
    const auto known = endpoints_.find(e->name);
    if (known == endpoints_.end()) {
        declare_endpoint(links_.line.metrics, e->name);
    } else if (identity_of(*known->second) != identity_of(*e)) {
        remove(std::string(e->name));  // it was made anew, and that it was deleted went by unseen
    }
    endpoints_[e->name] = e;
    if (auto* const k = keeper_of(e->name)) k->endpoints().set(std::move(e));
}

void fleet::suspend(const std::string& endpoint_name) {
    const auto e = endpoints_.find(endpoint_name);
    if (e == endpoints_.end()) return;
    if (auto* const k = keeper_of(endpoint_name)) k->endpoints().suspend(identity_of(*e->second));
}

void fleet::remove(const std::string& endpoint_name) {
    const auto e = endpoints_.extract(endpoint_name);
    if (e.empty()) return;
    to_forget_.insert(endpoint_name);
    if (auto* const k = keeper_of(endpoint_name)) k->endpoints().remove(identity_of(*e.mapped()));
}

void fleet::forget_metrics() {
    for (auto it = to_forget_.begin(); it != to_forget_.end();) {
        const auto* const k = keeper_of(*it);
        const bool again = endpoints_.contains(*it);  // made anew: they go on
        const bool still_there = !again && k != nullptr && k->held() != nullptr && k->held()->has_endpoint(*it);
        if (!again && !still_there) forget_endpoint(links_.line.metrics, *it);
        it = still_there ? std::next(it) : to_forget_.erase(it);
    }
}

void fleet::resume(const std::string& endpoint_name) {
    const auto e = endpoints_.find(endpoint_name);
    auto* const k = keeper_of(endpoint_name);
    if (k != nullptr && e != endpoints_.end()) k->resume(identity_of(*e->second));
}

void fleet::for_each_share(const std::function<void(stream_share&)>& use) const {
    for (const auto& k : keepers_)
        if (k->held() != nullptr)
            for (const auto& [stream, share] : k->held()->shares())
                use(*share);
}

// Endpoints of the API are known to all replicas, those of a file to those that have it.
bool fleet::may_be_unknown_to_owner(const endpoint& e) const {
    const auto shard = shard_of(e.name, o_.shards);
    if (!e.incarnation.empty() || shard >= owners_.size()) return false;
    const auto files = members_.files_of(owners_[shard]);
    return !files.empty() && files != o_.files;
}

endpoint_status fleet::status_of_absent(const endpoint& e) const {
    auto s = status_of(e);
    s.served = endpoint_status::service::nowhere;
    const auto* const keeper = keeper_of(e.name);
    if (keeper == nullptr) {
        s.reason = trouble();
    } else if (keeper->wanted()) {
        s.reason = keeper->trouble_of(e);
    } else if (may_be_unknown_to_owner(e)) {
        s.reason = "the replica whose turn it is has a file with other endpoints, which may not name this one";
    } else {
        s.served = endpoint_status::service::elsewhere;
        s.reason = "replica " + owners_[shard_of(e.name, o_.shards)] + " delivers to it";
    }
    return s;
}

std::optional<replay_target> fleet::replay_target_of(std::string_view endpoint_name) const {
    const auto e = endpoints_.find(endpoint_name);
    if (e == endpoints_.end()) return std::nullopt;
    return replay_target{shard_name(o_.scope, shard_of(endpoint_name, o_.shards)), identity_of(*e->second),
                         e->second->source_stream, e->second->created_at};
}

endpoint_line* fleet::find(std::string_view endpoint_name) const {
    const auto e = endpoints_.find(endpoint_name);
    const auto* const k = keeper_of(endpoint_name);
    if (e == endpoints_.end() || k == nullptr || k->held() == nullptr) return nullptr;
    return k->held()->find(identity_of(*e->second));
}

std::optional<endpoint_status> fleet::status(std::string_view endpoint_name) const {
    const auto e = endpoints_.find(endpoint_name);
    if (e == endpoints_.end()) return std::nullopt;
    auto* const line = find(endpoint_name);
    if (line == nullptr) return status_of_absent(*e->second);
    auto s = line->delivers().status();
    const auto source = sources_.find(e->second->source_stream);
    if (source == sources_.end()) return s;
    if (!source->second->warning().empty()) s.reason = source->second->warning();
    if (source->second->trouble().empty()) return s;
    s.served = endpoint_status::service::nowhere;
    s.reason = source->second->trouble();
    return s;
}

std::string fleet::stalled() const {
    constexpr std::size_t most_named = 5;
    std::string names;
    std::size_t n = 0;
    for_each_share([&](const stream_share& s) {
        s.for_each_rider([&](stream_share::rider& r) {
            if (!r.line.delivers().stalls()) return;
            if (++n <= most_named) names.append(n > 1 ? ", " : "").append(r.line.target().name);
        });
    });
    if (n > most_named) names += " and " + std::to_string(n - most_named) + " more";
    return n == 0 ? "" : "events wait, and nothing is delivered to " + names;
}

}  // namespace tidings::broadcaster
