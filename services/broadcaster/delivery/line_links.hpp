// What every endpoint's line works with; borrowed from the app, which outlives the lines.
#pragma once

#include <functional>

#include "domain/attempt_record.hpp"
#include "domain/given_up.hpp"
#include "domain/replay_seals.hpp"
#include "observe/metrics.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

struct line_links {
    runtime::asio::io_context& ctx;
    observe::metrics& metrics;
    record_attempt record;  // empty: nothing is recorded (core mode)
    bury_event bury;        // empty: what is given up is lost (core mode)
};

}  // namespace tidings::broadcaster
