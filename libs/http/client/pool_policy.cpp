#include "http/client/pool_policy.hpp"

#include <algorithm>

namespace tidings::http::client {

idle_state meaning_of(std::string_view unasked) {
    const bool notice = unasked.starts_with("HTTP/1.1 408") || unasked.starts_with("HTTP/1.0 408");
    return notice ? idle_state::ended : idle_state::out_of_step;
}

std::optional<pool_policy::slot> pool_policy::take_idle() {
    if (idle_.empty()) return std::nullopt;
    const auto last = idle_.back().which;
    idle_.pop_back();
    return last;
}

bool pool_policy::may_use(idle_state seen, runtime::time_point now) {
    if (seen == idle_state::out_of_step) distrust(now);
    return seen == idle_state::quiet && now >= trusted_from_;
}

pool_policy::verdict pool_policy::after(slot s, const exchange_end& end, runtime::time_point now) {
    const bool retired = std::erase(retired_, s) != 0;
    if (end.out_of_step) distrust(now);
    if (end.how == exchange_end::kind::lost && end.used_before && !end.response_begun) return verdict::resend;
    if (retired || end.how != exchange_end::kind::answered || !end.reusable || now < trusted_from_)
        return verdict::close;
    idle_.push_back({s, now});
    return verdict::keep;
}

void pool_policy::ended(slot s, idle_state seen, runtime::time_point now) {
    if (seen == idle_state::out_of_step) distrust(now);
    std::erase_if(idle_, [s](const auto& c) { return c.which == s; });
}

bool pool_policy::retire(slot s) {
    if (std::erase_if(idle_, [s](const auto& c) { return c.which == s; }) != 0) return true;
    if (std::find(retired_.begin(), retired_.end(), s) == retired_.end()) retired_.push_back(s);
    return false;
}

template <class Condition>
std::vector<pool_policy::slot> pool_policy::take_those(Condition which) {
    std::vector<slot> taken;
    std::erase_if(idle_, [&](const auto& c) {
        if (!which(c)) return false;
        taken.push_back(c.which);
        return true;
    });
    return taken;
}

std::vector<pool_policy::slot> pool_policy::take_unused(runtime::time_point now) {
    return take_those([&](const auto& c) { return now - c.since > idle_limit_; });
}

std::vector<pool_policy::slot> pool_policy::take_idle_since(runtime::time_point then) {
    return take_those([then](const auto& c) { return c.since <= then; });
}

void pool_policy::add_idle_times(std::vector<runtime::time_point>& all) const {
    for (const auto& c : idle_)
        all.push_back(c.since);
}

runtime::time_point deadline_of_address(runtime::time_point now, runtime::time_point deadline, std::size_t left) {
    if (left == 0) return runtime::time_point::max();
    return now + (deadline - now) / static_cast<std::int64_t>(left + 1);
}

}  // namespace tidings::http::client
