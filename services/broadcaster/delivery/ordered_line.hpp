// Ordering `per-key`: one replica owns the endpoint, keeps the events of each partitionkey in order and delivers those
// of different keys side by side.
//
// Every ownership, and every doubt about what was lost on the way (a reconnect, a gap in the consumer's sequence),
// starts from a consumer made anew at the first event that is not known to be done. So a crash can repeat a delivery,
// never reorder one.
#pragma once

#include <map>

#include "bus/jetstream/pull_consumer.hpp"
#include "delivery/delivery_line.hpp"
#include "delivery/links.hpp"
#include "delivery/ownership.hpp"
#include "domain/key_lanes.hpp"
#include "domain/recently_done.hpp"
#include "runtime/lifetime.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class ordered_line final : public delivery_line {
  public:
    ordered_line(links& l, const endpoint& e);

    runtime::task<> run() override;
    runtime::task<> drain(std::chrono::milliseconds limit) override;
    courier& delivers() override { return courier_; }

  private:
    using time_point = std::chrono::steady_clock::time_point;

    runtime::task<> own(std::uint64_t resume);
    runtime::task<bool> restart_consumer();
    runtime::task<bool> notice_new_stream();
    runtime::task<bus::result<std::uint64_t>> first_unacked();
    runtime::task<> forget();
    std::uint64_t resume_at() const;

    void arrived(bus::delivery d);
    bool repeated(const bus::delivery& d);
    void deliver();
    void attempted(parcel& p, const decision& d);
    void finish(parcel& p);
    void bury(parcel& p);
    void put_back(parcel& p, time_point when);
    void ask();
    void keep_alive(time_point now);
    std::chrono::milliseconds pause(time_point now) const;

    links& links_;
    courier courier_;
    ownership lease_;
    parcel_store store_;
    key_lanes lanes_;
    std::map<std::uint64_t, std::unique_ptr<parcel>> in_hand_;  // by stream sequence: what lanes_ holds
    std::uint64_t last_seen_ = 0;                               // every event up to here is in hand or done
    std::uint64_t next_delivery_ = 1;  // consumer sequence of the next first delivery; another one means a gap
    bool in_doubt_ = true;             // the consumer must be made anew
    bool draining_ = false;
    recently_done done_;
    runtime::wakeup changed_;
    runtime::lifetime alive_;   // for calls that come after the line has ended
    runtime::lifetime tenure_;  // the same for what this ownership has in hand
    bus::pull_consumer consumer_;
};

}  // namespace tidings::broadcaster
