// The life of an owner, for callbacks that may come after its end.
#pragma once

#include <memory>

namespace tidings::runtime {

// A member of the owner. A callback holds the weak_ptr and does nothing once it has expired.
class lifetime {
  public:
    lifetime() = default;
    lifetime(const lifetime&) = delete;
    lifetime& operator=(const lifetime&) = delete;

    // NOLINTNEXTLINE(google-explicit-constructor): so that it can be passed where any owner's weak_ptr can.
    operator std::weak_ptr<void>() const { return token_; }

    // Ends this life, and begins another one.
    void restart() { token_ = std::make_shared<char>(); }

  private:
    std::shared_ptr<char> token_ = std::make_shared<char>();
};

}  // namespace tidings::runtime
