// When the relay may publish and read again: pauses after large bursts and reads, which would take from the writes what
// they need, and after publishes that failed. Pure.
#pragma once

#include <chrono>

namespace tidings::todo_be {

class pace {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // `events` went out together.
    void published(time_point now, std::size_t events);
    // `random` in [0, 1) places a growing pause. False: the pause of an earlier failure covers this one.
    bool failed(time_point now, double random);
    void stored() { failures_ = 0; }
    void read(time_point now, std::size_t rows);

    time_point publish_at() const { return publish_at_; }
    time_point read_at() const { return read_at_; }

  private:
    time_point publish_at_{}, read_at_{}, failing_until_{};
    unsigned failures_ = 0;
};

}  // namespace tidings::todo_be
