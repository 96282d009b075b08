// Descriptors, the first thing that a server of many connections runs out of. Private to the room.
#pragma once

#include <chrono>
#include <cstddef>

#include "runtime/task.hpp"

namespace tidings::http {

// Raises the soft limit to the hard one, and returns it: the default soft limit of 1,024 is there for programs that use
// select(), which we do not.
std::size_t raise_descriptor_limit();

// How many connections a server accepts when `descriptors` may be open in total: the rest is for the process' other
// uses (databases, queues, files), and for turning clients away with a response.
std::size_t connections_within(std::size_t descriptors);

// A descriptor held in reserve for when none is left: releasing it lets one more client be accepted and answered.
class spare_descriptor {
  public:
    spare_descriptor() { take(); }
    ~spare_descriptor() { release(); }
    spare_descriptor(const spare_descriptor&) = delete;
    spare_descriptor& operator=(const spare_descriptor&) = delete;

    void take();
    void release();

  private:
    int fd_ = -1;
};

// Throttles an event that may occur a thousand times a second: lets through the first, the next after 10 s, then 20 s,
// ... 10 min; starts over once it has been absent for twice the last pause.
class growing_pause {
  public:
    bool is_over(runtime::time_point now);

  private:
    runtime::duration pause_{};
    runtime::time_point passed_;
};

}  // namespace tidings::http
