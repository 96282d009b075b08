#include "bus/jetstream/pull_policy.hpp"

#include <algorithm>

#include "runtime/backoff.hpp"

namespace tidings::bus {

bool pull_policy::wants_more() const {
    if (held_until_ || capacity_ <= ledger_.outstanding()) return false;
    return ledger_.idle() || (capacity_ - ledger_.outstanding()) * 2 >= batch_;
}

std::optional<pull_policy::request> pull_policy::next_request(runtime::time_point now) {
    if (!wants_more()) return std::nullopt;
    const auto batch = std::min(capacity_ - ledger_.outstanding(), batch_);
    return request{ledger_.open(batch, now + expires_ + status_grace), batch};
}

void pull_policy::delivered() {
    ledger_.arrived();
    if (capacity_ > 0) --capacity_;
    succeeded();
}

pull_policy::outcome pull_policy::ended(std::uint64_t number, const status& s, runtime::time_point now, double random) {
    const bool interim = s.code < 200;  // 100: a heartbeat
    if (interim || !ledger_.ended(number, s.unserved)) return outcome::none;
    if (s.code == 503 || (s.code == 409 && s.deleted)) return consumer_missing(now, random);
    // What is refused now would be refused again immediately; 408 is a request that has expired.
    s.code == 408 || s.full ? succeeded() : hold_off(now, random);
    return outcome::none;
}

pull_policy::outcome pull_policy::consumer_checked(check c, runtime::time_point now, double random) {
    if (c == check::missing) return consumer_missing(now, random);
    proven_ = c == check::exists;
    return outcome::none;
}

void pull_policy::link_changed() {
    ledger_.reset();
    proven_ = false;
}

std::optional<runtime::time_point> pull_policy::next_tick() const {
    const auto due = ledger_.next_due();
    return due && held_until_ ? std::min(*due, *held_until_) : due ? due : held_until_;
}

pull_policy::outcome pull_policy::tick(runtime::time_point now) {
    if (held_until_ && *held_until_ <= now) held_until_.reset();
    const auto before = ledger_.outstanding();
    ledger_.expire(now);
    if (ledger_.outstanding() == before) return outcome::none;
    proven_ = false;
    return outcome::consumer_silent;
}

pull_policy::outcome pull_policy::consumer_missing(runtime::time_point now, double random) {
    link_changed();
    hold_off(now, random);
    return outcome::consumer_missing;
}

void pull_policy::hold_off(runtime::time_point now, double random) {
    if (held_until_) return;
    held_until_ = now + runtime::backoff_pause(first_pause, std::max(expires_, first_pause), ++refusals_, random);
}

void pull_policy::succeeded() {
    refusals_ = 0;
    proven_ = true;
}

}  // namespace tidings::bus
