#include "delivery/ownership.hpp"

#include "events/subjects.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto look_pause = 500ms;

}  // namespace

ownership::ownership(bus::connection& c, std::string endpoint_name, std::string replica, unsigned jetstream_replicas)
    : bucket_(c, std::string(events::leases_bucket), 1s),
      key_(std::move(endpoint_name)),
      replica_(std::move(replica)),
      jetstream_replicas_(jetstream_replicas) {}

runtime::task<bool> ownership::look() {
    if (!bucket_there_) {
        const auto made = co_await bucket_.ensure(jetstream_replicas_);
        if (!made) co_return false;
        bucket_there_ = true;
    }
    const auto entry = co_await bucket_.get(key_);
    const auto now = std::chrono::steady_clock::now();
    if (entry) {
        // A record that nobody can read is as good as given up; its revision still guards the takeover.
        watch_.saw(entry->revision, lease_record::parse(entry->value).value_or(lease_record{}), now);
        co_return true;
    }
    if (entry.error() != make_error_code(bus::errc::not_found)) co_return false;
    watch_.saw(0, {}, now);
    co_return true;
}

runtime::task<std::uint64_t> ownership::take() {
    for (;;) {
        const bool seen = co_await look();
        const auto now = std::chrono::steady_clock::now();
        // A lease that bears our own name is one that we lost sight of: nobody else works under it.
        if (seen && (watch_.takeable(now) || watch_.record().owner == replica_)) {
            const auto resume = watch_.record().resume;
            const bool ours = co_await write(replica_, resume, watch_.revision(), now);
            if (ours) co_return resume;
        }
        co_await runtime::sleep_for(look_pause);
    }
}

runtime::task<bool> ownership::write(std::string owner, std::uint64_t resume, std::uint64_t expected, time_point now) {
    const auto revision = co_await bucket_.update(key_, lease_record{std::move(owner), resume}.to_json(), expected);
    if (!revision) {
        bucket_there_ = false;  // perhaps it is gone: make sure of it before the next try
        co_return false;
    }
    revision_ = *revision;
    renewed_at_ = now;
    held_until_ = now + lease_owned_for;
    co_return true;
}

runtime::task<bool> ownership::renew(std::uint64_t resume) {
    const auto now = std::chrono::steady_clock::now();
    if (co_await write(replica_, resume, revision_, now)) co_return true;
    // Lost, or the bucket does not answer, or it took the write and the answer was lost: look who stands there.
    const bool seen = co_await look();
    if (seen && watch_.record().owner == replica_) {
        revision_ = watch_.revision();
        co_return true;
    }
    if (seen) held_until_ = {};
    co_return held(std::chrono::steady_clock::now());
}

runtime::task<> ownership::give_up(std::uint64_t resume) {
    if (!held(std::chrono::steady_clock::now())) co_return;
    const bool written = co_await write({}, resume, revision_, std::chrono::steady_clock::now());
    held_until_ = {};
    if (!written) log::warn("lease not released; another replica takes over when it expires", {{"endpoint", key_}});
}

}  // namespace tidings::broadcaster
