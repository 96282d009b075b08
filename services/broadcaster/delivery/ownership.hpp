// The lease on one ordered endpoint: taken, renewed and given up in the key-value bucket. See domain/lease.hpp for the
// times.
#pragma once

#include <functional>
#include <string>

#include "bus/jetstream/key_value.hpp"
#include "domain/lease.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

class ownership {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    ownership(bus::connection& c, std::string endpoint_name, std::string replica, unsigned jetstream_replicas);

    // Waits until the lease is ours. Returns where the owner before left off (0: never owned).
    runtime::task<std::uint64_t> take();

    // Writes `resume` and lengthens the lease. False when it is lost to another; a bucket that does not answer leaves
    // it as it is.
    runtime::task<bool> renew(std::uint64_t resume);

    // Lets another take it at once.
    runtime::task<> give_up(std::uint64_t resume);

    // Check before every attempt: true only while no other replica can have taken over.
    bool held(time_point now) const { return now < held_until_; }
    bool renewal_due(time_point now) const { return now >= renewed_at_ + lease_renewal; }

  private:
    runtime::task<bool> write(std::string owner, std::uint64_t resume, std::uint64_t expected, time_point now);
    runtime::task<bool> look();

    bus::key_value bucket_;
    std::string key_;
    std::string replica_;
    unsigned jetstream_replicas_;
    lease_watch watch_;
    bool bucket_there_ = false;
    std::uint64_t revision_ = 0;
    time_point held_until_{};
    time_point renewed_at_{};
};

}  // namespace tidings::broadcaster
