#include "relay/stream_watch.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto while_ready = 5s;
constexpr auto while_missing = 1s;

}  // namespace

void stream_watch::connected() {
    connected_ = true;
    look_at_ = {};
}

void stream_watch::disconnected() {
    connected_ = false;
    ready_ = false;
}

void stream_watch::looked(time_point now, bool found, bool recreated) {
    ready_ = found && connected_;
    recreated_ = recreated && ready_;
    look_at_ = now + (ready_ ? while_ready : while_missing);
}

void stream_watch::doubt() {
    if (ready_) look_at_ = {};
    ready_ = false;
}

stream_watch::time_point stream_watch::look_at() const { return connected_ ? look_at_ : time_point::max(); }

}  // namespace tidings::todo_be
