// Whether there is a connection to NATS and a stream to publish to, and when to look next. Pure.
#pragma once

#include <chrono>

namespace tidings::todo_be {

class stream_watch {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    void connected();
    void disconnected();
    // The result of a look: whether there is a stream now, and whether it had to be created again.
    void looked(time_point now, bool found, bool recreated);
    // A publish was not answered: look soon.
    void doubt();

    bool is_connected() const { return connected_; }
    bool ready() const { return ready_; }
    bool recreated() const { return recreated_; }  // by the last look
    time_point look_at() const;                    // time_point::max(): not while disconnected

  private:
    bool connected_ = false;
    bool ready_ = false;
    bool recreated_ = false;
    time_point look_at_{};
};

}  // namespace tidings::todo_be
