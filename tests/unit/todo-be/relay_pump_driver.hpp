// A relay_pump with a simulated clock, for tests.
#pragma once

#include <algorithm>

#include "relay/relay_pump.hpp"
#include "support/catch.hpp"

namespace tidings::todo_be {

using namespace std::chrono_literals;
using ids::uuid;

using seqs = std::vector<std::int64_t>;
inline constexpr auto never = relay_pump::time_point::max();
inline const relay_pump::time_point start{std::chrono::hours(1)};

inline outbox_event event(std::int64_t seq, const uuid& todo = uuid::v7()) {
    return {.seq = seq, .id = uuid::v7(), .todo_id = todo, .type = "t", .payload = "p"};
}

inline std::vector<outbox_event> events(const seqs& numbers) {
    std::vector<outbox_event> made;
    for (const auto seq : numbers)
        made.push_back(event(seq));
    return made;
}

inline std::vector<outbox_event> events(std::int64_t first, std::size_t count) {
    std::vector<outbox_event> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(event(first + static_cast<std::int64_t>(i)));
    return made;
}

// A pump with its own clock.
struct driver {
    relay_pump pump;
    relay_pump::time_point now = start;

    // A leader with a stream that has read an empty outbox.
    static driver ready(std::int64_t last_seq = 0) {
        driver d;
        d.pump.connected();
        d.pump.lead(d.now, last_seq);
        d.pump.checked_stream(d.now, true, false);
        d.read({});
        return d;
    }
    void read(std::vector<outbox_event> rows) {
        pump.start_read();
        pump.finish_read(now, std::move(rows));
    }
    relay_pump::step next() const { return pump.next(now); }
    seqs burst() {
        seqs taken;
        for (const auto* e : pump.take_burst(now))
            taken.push_back(e->seq);
        return taken;
    }
    void store(const seqs& numbers) {
        for (const auto seq : numbers)
            pump.stored(now, seq);
    }
    void clear() { pump.cleared(now, seqs(pump.stored())); }
    // The steps due now, each done without a result, until none is due.
    std::vector<relay_step> due() {
        std::vector<relay_step> steps;
        while (next().at <= now && steps.size() < 20) {
            steps.push_back(next().what);
            perform(next().what);
        }
        return steps;
    }
    void perform(relay_step what) {
        if (what == relay_step::publish) burst();
        if (what == relay_step::check_stream) pump.checked_stream(now, true, false);
        if (what == relay_step::confirm_lead) pump.confirmed(now);
        if (what == relay_step::clear) clear();
        if (what == relay_step::read) read({});
    }
};

}  // namespace tidings::todo_be
