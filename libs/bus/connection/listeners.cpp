#include "bus/connection/listeners.hpp"

#include <cstddef>

namespace tidings::bus {

void listeners::add(std::function<void()> call) { all_.push_back({false, {}, std::move(call)}); }

void listeners::add(std::weak_ptr<void> while_alive, std::function<void()> call) {
    if (!notifying_) drop_ended();
    all_.push_back({true, std::move(while_alive), std::move(call)});
}

void listeners::notify() {
    // By index: a call changes the list. Nothing but clear() moves what is still to be called.
    notifying_ = true;
    for (std::size_t i = 0; i < all_.size(); ++i) {
        const auto alive = all_[i].while_alive.lock();
        if (all_[i].bound && !alive) continue;
        const auto call = all_[i].call;
        call();
    }
    notifying_ = false;
}

void listeners::drop_ended() {
    std::erase_if(all_, [](const auto& l) { return l.bound && l.while_alive.expired(); });
}

}  // namespace tidings::bus
