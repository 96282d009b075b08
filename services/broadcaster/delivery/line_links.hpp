// What every endpoint's line works with, and what all of them share; borrowed from the app, which outlives the lines.
#pragma once

#include <functional>

#include "delivery/attempt_slots.hpp"
#include "delivery/hands.hpp"
#include "delivery/parcel.hpp"
#include "delivery/untyped_events.hpp"
#include "delivery/write_gate.hpp"
#include "domain/attempt_record.hpp"
#include "domain/catch_up_rate.hpp"
#include "domain/given_up.hpp"
#include "observe/metrics.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

struct line_links {
    using time_point = catch_up_rate::time_point;

    runtime::asio::io_context& ctx;
    observe::metrics& metrics;
    record_attempt record;  // empty: nothing is recorded (core mode)
    bury_event bury;        // empty: what is given up is lost (core mode)
    hands in_hand{};
    attempt_slots attempts{};
    catch_up_rate catch_up{};  // of endpoints that read alone
    time_point live_at{};      // when an endpoint that rides got its last event that was not old
    parcel_store parcels{};
    untyped_events untyped{metrics};
    write_gate retries{}, letters{};  // to WEBHOOK_RETRIES, to WEBHOOK_DEAD_LETTERS
};

}  // namespace tidings::broadcaster
