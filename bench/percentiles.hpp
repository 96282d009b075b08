// Percentiles as the load generators print them.
#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <vector>

namespace tidings::bench {

// 0 where nothing was measured.
inline boost::json::object percentiles(std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double share) {
        return ms.empty() ? 0.0 : ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    };
    return {{"p50", at(0.50)}, {"p90", at(0.90)}, {"p99", at(0.99)}, {"p999", at(0.999)}, {"max", at(1.0)}};
}

}  // namespace tidings::bench
