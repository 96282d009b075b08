#include "relay/leadership.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// Counted from before the question was sent: the server counts from after its answer.
constexpr auto certain_for = 3s;
constexpr auto heartbeat = 1s;

}  // namespace

bool leadership::certain(time_point now) const { return confirmed_ && now - *confirmed_ < certain_for; }

leadership::time_point leadership::confirm_at() const { return *confirmed_ + heartbeat; }

}  // namespace tidings::todo_be
