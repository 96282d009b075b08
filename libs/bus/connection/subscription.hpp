// The handle of a subscription, which ends with it.
#pragma once

#include <memory>

namespace tidings::bus {

class connection_core;
struct wanted_subscription;

class subscription {
  public:
    subscription(std::weak_ptr<connection_core> owner, std::shared_ptr<wanted_subscription> s);
    ~subscription();
    subscription(subscription&&) noexcept = default;
    subscription& operator=(subscription&& other) noexcept;

  private:
    std::weak_ptr<connection_core> owner_;
    std::shared_ptr<wanted_subscription> wanted_;
};

}  // namespace tidings::bus
