// How many bytes a stream of ours may take. A server that is short of storage gives less than the settings say: ours
// take at most a quarter each of what it has to give, so that records and letters never fill the store against events.
#pragma once

#include <cstdint>
#include <vector>

#include "bus/jetstream/jetstream.hpp"

namespace tidings::broadcaster {

// With how much a stream is made; what it holds from then on, if there is no more.
inline constexpr std::int64_t least_room = 2 * 1024 * 1024;

// The limits to try, the widest first, for a stream that has `present` (-1: none) and should have `wanted`. Empty when
// there is nothing to change: one that has been given less keeps it unless there is more. Pure.
std::vector<std::int64_t> rooms_to_try(std::int64_t present, std::int64_t wanted);

// Gives the stream the widest of these that fits; returns its max_bytes.
runtime::task<bus::result<std::int64_t>> make_room(bus::jetstream& js, std::string stream, std::int64_t present,
                                                   std::int64_t wanted);

}  // namespace tidings::broadcaster
