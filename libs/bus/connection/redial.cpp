#include "bus/connection/redial.hpp"

#include <algorithm>
#include <random>

#include "runtime/backoff.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

redial::redial(server_list servers, std::chrono::milliseconds first_pause)
    : configured_(std::move(servers)), first_pause_(std::max(first_pause, 1ms)) {}

std::vector<std::string> redial::servers() const { return with_discovered(configured_, discovered_); }

std::vector<std::string> redial::order(double random) const {
    auto all = servers();
    std::minstd_rand chance(static_cast<unsigned>(random * 1e9) + 1);
    std::shuffle(all.begin(), all.end(), chance);
    for (const auto& place : left_) {
        const auto at = std::find_if(all.begin(), all.end(), [&](const auto& url) { return place_of(url) == place; });
        if (at != all.end()) std::rotate(at, at + 1, all.end());
    }
    return all;
}

bool redial::has_choice() const {
    const auto all = servers();
    return all.size() > 1 || has_host_name(all.front());
}

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

redial::next_dial redial::left(runtime::time_point now, const std::string& url, const std::string& reason,
                               const std::vector<std::string>& discovered, double random) {
    // A server that has lost the others may announce itself alone.
    discovered_.insert(discovered_.end(), discovered.begin(), discovered.end());
    std::sort(discovered_.begin(), discovered_.end());
    discovered_.erase(std::unique(discovered_.begin(), discovered_.end()), discovered_.end());
    const auto place = place_of(url);
    std::erase(left_, place);
    left_.push_back(place);
    return failed(now, reason, random);
}

connection_news redial::connected(runtime::time_point now, std::vector<std::string> discovered) {
    if (!discovered.empty()) discovered_ = std::move(discovered);
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
