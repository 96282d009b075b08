// What the app knows of each endpoint at work, whichever way its messages come: shared_line (ordering none),
// ordered_line (per-key) or core_line (no JetStream).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "delivery/courier.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

class delivery_line {
  public:
    virtual ~delivery_line() = default;

    // Works until cancelled.
    virtual runtime::task<> run() = 0;

    // Takes no more, waits at most `limit` for the attempts under way, and gives back what was not tried.
    virtual runtime::task<> drain(std::chrono::milliseconds limit) = 0;

    virtual courier& delivers() = 0;
};

}  // namespace tidings::broadcaster
