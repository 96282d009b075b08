#include "domain/decide.hpp"

#include <algorithm>
#include <numeric>

namespace tidings::broadcaster {

namespace {

bool used_up(const message_history& m, const std::vector<milliseconds>& schedule) {
    const auto whole = std::accumulate(schedule.begin(), schedule.end(), milliseconds(0));
    return m.attempt > schedule.size() && m.age >= whole;
}

milliseconds retry_delay(const message_history& m, const std::vector<milliseconds>& schedule, double random) {
    if (schedule.empty()) return milliseconds(1'000);
    const auto step = schedule[std::min<std::size_t>(m.attempt, schedule.size()) - 1];
    return step + milliseconds(static_cast<milliseconds::rep>(static_cast<double>(step.count()) * 0.2 * random));
}

}  // namespace

decision decide(const outcome& o, const message_history& m, const endpoint_health& health, const endpoint& e,
                std::chrono::steady_clock::time_point now, double random) {
    if (o.kind == outcome_kind::delivered) return {action::done, {}};
    if (health.state() == endpoint_state::disabled) return {action::release, e.longest_probe};
    if (o.kind == outcome_kind::not_sent) return {action::release, {}};
    const bool paused = health.state() == endpoint_state::paused;
    const bool own_fault = o.kind == outcome_kind::rejected;
    if ((!paused || own_fault) && used_up(m, e.retry_schedule)) return {action::dead_letter, {}};
    auto own_delay = retry_delay(m, e.retry_schedule, random);
    if (o.kind == outcome_kind::busy) own_delay = std::max(own_delay, o.retry_after.value_or(milliseconds(0)));
    // What the endpoint refused, or asked for later, lets another message be the next probe.
    if (paused && !own_fault && o.kind != outcome_kind::busy) {
        return {action::release, std::max(std::chrono::ceil<milliseconds>(health.probe_at() - now), milliseconds(0))};
    }
    return {action::retry, own_delay, o.kind == outcome_kind::unreachable};
}

}  // namespace tidings::broadcaster
