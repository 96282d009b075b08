// How events are gathered for many streams. Pure.
#pragma once

#include <algorithm>
#include <chrono>

namespace tidings::todo_be {

// How long to gather further events after some were handed to `streams`: about half of what sending to all of them
// takes, so that many events cost little more than one, and few streams wait for nothing.
inline std::chrono::microseconds gathering_time(std::size_t streams) {
    constexpr std::size_t microseconds_each = 10;
    constexpr std::chrono::microseconds longest{20'000}, shortest{1'000};
    const std::chrono::microseconds time(std::min(streams, std::size_t{10'000}) * microseconds_each);
    return time < shortest ? std::chrono::microseconds{} : std::min(time, longest);
}

}  // namespace tidings::todo_be
