// How many bytes one of the broadcaster's streams may use. On a server short of storage they get less than configured,
// each at most an eighth of the space left, so that records, letters and retries never crowd out events.
#pragma once

#include <cstdint>
#include <vector>

#include "bus/jetstream/jetstream.hpp"

namespace tidings::broadcaster {

// The size at which a stream is created, and keeps if there is no more space.
inline constexpr std::int64_t least_room = 2 * 1024 * 1024;

// The limits to try, the largest first, for a stream that has `present` (-1: none) and should have `wanted`. Empty when
// there is nothing to change: a stream that got less keeps it unless there is more. Pure.
std::vector<std::int64_t> rooms_to_try(std::int64_t present, std::int64_t wanted);

// Gives the stream the largest of these that fits; returns its max_bytes.
runtime::task<bus::result<std::int64_t>> make_room(bus::jetstream& js, std::string stream, std::int64_t present,
                                                   std::int64_t wanted);

}  // namespace tidings::broadcaster
