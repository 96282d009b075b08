#include "bus/connection/redial.hpp"

#include <algorithm>

#include "runtime/backoff.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

redial::redial(server_list servers, std::chrono::milliseconds first_pause)
    : configured_(std::move(servers)), first_pause_(std::max(first_pause, 1ms)) {}

std::vector<std::string> redial::servers() const { return with_discovered(configured_, discovered_); }

redial::news redial::patience_over(runtime::time_point now) {
    if (dialled_) return std::nullopt;
    return away(now, "no answer yet");
}

redial::next_dial redial::failed(runtime::time_point now, const std::string& reason, double random) {
    dialled_ = true;
    const auto pause = runtime::backoff_pause(first_pause_, std::max(first_pause_, longest_pause), ++failures_, random);
    return {pause, away(now, reason)};
}

redial::next_dial redial::lost(runtime::time_point now, const std::string& reason, std::vector<std::string> discovered,
                               double random) {
    if (!discovered.empty()) discovered_ = std::move(discovered);
    return failed(now, reason, random);
}

connection_news redial::connected(runtime::time_point now) {
    dialled_ = true;
    failures_ = 0;
    ++connects_;
    const auto lasted = outage_.lasted(now);
    outage_.ended();
    return {true, {}, lasted};
}

redial::news redial::away(runtime::time_point now, const std::string& reason) {
    if (!outage_.failed(now, reason)) return std::nullopt;
    return connection_news{false, reason, outage_.lasted(now)};
}

}  // namespace tidings::bus
