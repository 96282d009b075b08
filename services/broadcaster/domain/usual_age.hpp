// How long endpoints that read the same events usually have the oldest of them in hand. Under a backlog it is long for
// all of them: who is slow is so beside the others. Pure.
#pragma once

#include <chrono>
#include <span>

namespace tidings::broadcaster {

// What three of four exceed; zero for one alone. `ages`: zero for who has nothing in hand; their order is lost.
std::chrono::steady_clock::duration usual_age(std::span<std::chrono::steady_clock::duration> ages);

}  // namespace tidings::broadcaster
