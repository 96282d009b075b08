#include "http/client/lookup_queue.hpp"

#include <numeric>
#include <utility>

namespace tidings::http::client {

void lookup_queue::add(lookup l) { waiting_[index(l.history)].push_back(std::move(l.name)); }

std::optional<lookup_queue::lookup> lookup_queue::take() {
    using enum lookup_history;
    for (const auto history : {prompt, unknown, slow, silent}) {
        const auto i = index(history);
        const auto taken = std::accumulate(under_way_.begin() + i, under_way_.end(), std::size_t{0});
        if (taken >= most_under_way[i]) return std::nullopt;  // worse ones would take places of this rank as well
        if (waiting_[i].empty()) continue;
        ++under_way_[i];
        lookup next{std::move(waiting_[i].front()), history};
        waiting_[i].pop_front();
        return next;
    }
    return std::nullopt;
}

void lookup_queue::ended(lookup_history history) { --under_way_[index(history)]; }

}  // namespace tidings::http::client
