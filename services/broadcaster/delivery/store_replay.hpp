// Puts the event of a dead letter among its endpoint's retries in WEBHOOK_RETRIES, where it is due at once and has its
// whole schedule before it. No other endpoint sees it, and no stream of events is touched.
#pragma once

#include "bus/jetstream/jetstream.hpp"
#include "domain/given_up.hpp"
#include "domain/replay_target.hpp"

namespace tidings::broadcaster {

// The message's sequence in WEBHOOK_RETRIES. `g`: the event as the letter has it, or as the stream has it where that is
// too small. `letter_time`: when the letter was stored; replays of one letter at the same time are stored once.
// errc::wrong_sequence: an earlier replay under the same number still waits.
runtime::task<bus::result<std::uint64_t>> store_replay(bus::connection& c, replay_target where, given_up g,
                                                       std::string letter_time);

}  // namespace tidings::broadcaster
