#include "domain/reorder.hpp"

#include <algorithm>
#include <cmath>

namespace tidings::todo_be {

namespace {

// Between which orders the new ones are, both excluded. Without `low` from the beginning, without `high` to the end.
struct gap {
    std::optional<double> low, high;
    bool has(const std::optional<double>& order) const {
        return order && (!low || *order > *low) && (!high || *order < *high);
    }
};

// The longest run of places in `sequence` whose orders are within `g` and rise: those can stay.
std::vector<std::size_t> staying(const std::vector<placed>& sequence, const gap& g) {
    std::vector<std::size_t> ends;  // of the runs of each length, the one with the lowest end
    std::vector<std::size_t> previous(sequence.size());
    const auto lower = [&](std::size_t at, double order) { return *sequence[at].order < order; };
    for (std::size_t i = 0; i < sequence.size(); ++i) {
        if (!g.has(sequence[i].order)) continue;
        const auto longer = std::lower_bound(ends.begin(), ends.end(), *sequence[i].order, lower);
        if (longer != ends.begin()) previous[i] = *(longer - 1);
        if (longer == ends.end()) {
            ends.push_back(i);
        } else {
            *longer = i;
        }
    }
    std::vector<std::size_t> run(ends.size());
    if (!ends.empty()) run.back() = ends.back();
    for (auto at = run.size(); at > 1; --at)
        run[at - 2] = previous[run[at - 1]];
    return run;
}

// Whole numbers where there is no end, else equal steps. Nothing when doubles are not dense enough.
std::optional<std::vector<double>> spread(std::size_t count, const gap& g) {
    const double low = g.low.value_or(0);
    const bool whole = !g.high && std::floor(low) + static_cast<double>(count) <= static_cast<double>(highest_order);
    const double high = g.high.value_or(static_cast<double>(highest_order));
    std::vector<double> orders;
    double last = g.low.value_or(0);
    for (std::size_t i = 1; i <= count; ++i) {
        const auto n = static_cast<double>(i);
        const double next = whole ? std::floor(low) + n : low + (high - low) * (n / static_cast<double>(count + 1));
        if (next <= last || (!whole && next >= high)) return std::nullopt;
        orders.push_back(last = next);
    }
    return orders;
}

// Orders for the whole of `sequence`, of which those at the places `fixed` keep theirs.
std::optional<std::vector<placed>> fill(const std::vector<placed>& sequence, const std::vector<std::size_t>& fixed,
                                        const gap& g) {
    std::vector<placed> changed;
    std::size_t begin = 0;
    auto low = g.low;
    for (std::size_t part = 0; part <= fixed.size(); ++part) {
        const bool last = part == fixed.size();
        const auto end = last ? sequence.size() : fixed[part];
        const auto orders = spread(end - begin, {low, last ? g.high : sequence[end].order});
        if (!orders) return std::nullopt;
        for (const double order : *orders)
            changed.push_back({sequence[begin++].id, order});
        if (last) break;
        low = sequence[end].order;
        begin = end + 1;
    }
    return changed;
}

std::optional<std::vector<placed>> place(const std::vector<placed>& sequence, const gap& g) {
    auto changed = fill(sequence, staying(sequence, g), g);
    return changed ? changed : fill(sequence, {}, g);
}

}  // namespace

std::optional<std::vector<placed>> reorder(const std::vector<placed>& moved, const surroundings& around) {
    auto sequence = around.before;
    sequence.insert(sequence.end(), moved.begin(), moved.end());
    for (const auto& next : around.behind) {
        if (auto changed = place(sequence, {around.low, next.order})) return changed;
        sequence.push_back(next);
    }
    return around.all_behind ? place(sequence, {around.low, std::nullopt}) : std::nullopt;
}

}  // namespace tidings::todo_be
