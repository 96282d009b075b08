#include "runtime/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace tidings::runtime {

milliseconds backoff_pause(milliseconds first, milliseconds longest, unsigned failures, double random) {
    const double doublings = std::min(failures == 0 ? 0U : failures - 1, 40U);
    const double whole =
        std::min(static_cast<double>(first.count()) * std::exp2(doublings), static_cast<double>(longest.count()));
    return milliseconds(static_cast<milliseconds::rep>(whole / 2 + whole / 2 * random));
}

milliseconds backoff::next() { return backoff_pause(first_, longest_, ++failures_, random_unit()); }

double random_unit() {
    // Not std::uniform_real_distribution: libstdc++ takes two logarithms a call, and this is on the way of every
    // webhook.
    thread_local std::mt19937 generator{std::random_device{}()};
    return static_cast<double>(generator()) / 4294967296.0;
}

}  // namespace tidings::runtime
