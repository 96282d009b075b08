#include "delivery/write_gate.hpp"

#include <utility>

namespace tidings::broadcaster {

void write_gate::enter(std::size_t bytes, std::weak_ptr<void> alive, std::function<void(pass)> go) {
    state_->waiting.push_back({bytes, std::move(alive), std::move(go)});
    admit(state_);
}

// A pass may be given back while another is given out.
void write_gate::admit(const std::shared_ptr<state>& s) {
    if (std::exchange(s->admitting, true)) return;
    while (!s->waiting.empty()) {
        auto& next = s->waiting.front();
        if (s->under_way > 0 && s->under_way + next.bytes > most) break;
        const auto w = std::move(next);
        s->waiting.pop_front();
        if (w.alive.expired()) continue;
        s->under_way += w.bytes;
        w.go(pass(nullptr, [weak = std::weak_ptr(s), bytes = w.bytes](void*) {
            const auto still = weak.lock();
            if (!still) return;
            still->under_way -= bytes;
            admit(still);
        }));
    }
    s->admitting = false;
}

}  // namespace tidings::broadcaster
