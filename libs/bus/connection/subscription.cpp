#include "bus/connection/subscription.hpp"

#include <utility>

#include "bus/connection/connection_core.hpp"

namespace tidings::bus {

subscription::subscription(std::weak_ptr<connection_core> owner, std::shared_ptr<wanted_subscription> s)
    : owner_(std::move(owner)), wanted_(std::move(s)) {}

subscription::~subscription() {
    if (!wanted_) return;
    wanted_->active.reset();
    if (const auto owner = owner_.lock()) owner->unsubscribe(*wanted_);
}

subscription& subscription::operator=(subscription&& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(wanted_, other.wanted_);
    return *this;
}

}  // namespace tidings::bus
