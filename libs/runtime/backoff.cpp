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
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

}  // namespace tidings::runtime
