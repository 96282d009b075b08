// How much of what takes long runs at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "domain/user.hpp"

namespace tidings::todo_be {

class places {
  public:
    // `most`: of all together.
    explicit places(std::size_t most) : most_(most) {}

    // Null when none is left. It is free again when the last copy is gone, which may be after this. `among_many`: there
    // are other users, and whoever asks has a quarter at most.
    std::shared_ptr<void> take(user_id by, bool among_many);

  private:
    struct counts {
        std::size_t all = 0;
        std::unordered_map<std::int32_t, std::size_t> of;
    };

    std::size_t most_;
    std::shared_ptr<counts> taken_ = std::make_shared<counts>();
};

}  // namespace tidings::todo_be
