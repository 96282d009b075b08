// What all deliveries of this process hold together, in bytes: an event counts once, whatever number of endpoints it
// goes to. When that is too much, nothing more is read.
#pragma once

#include <cstddef>
#include <memory>

namespace tidings::broadcaster {

class hands {
  public:
    static constexpr std::size_t most = 32 * 1024 * 1024;
    // Of these, endpoints that read alone leave a half to those that keep up.
    static constexpr std::size_t most_alone = most / 2;

    // Counts `bytes` until the last copy of what it returns is gone.
    std::shared_ptr<void> hold(std::size_t bytes) {
        *held_ += bytes;
        return {nullptr, [held = held_, bytes](void*) { *held -= bytes; }};
    }
    std::size_t held() const { return *held_; }

  private:
    std::shared_ptr<std::size_t> held_ = std::make_shared<std::size_t>(0);
};

}  // namespace tidings::broadcaster
