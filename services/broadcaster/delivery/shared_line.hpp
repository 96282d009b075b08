// Ordering `none`: every replica pulls from the endpoint's durable consumer, the queue group balances.
//
// A message is in hand from its arrival until it is acked, given back (nak) or buried. What waits in hand or is being
// attempted is kept alive by "in progress" every third of ack_wait, so that only a dead replica's messages go to
// another.
#pragma once

#include <deque>
#include <queue>
#include <unordered_map>

#include "bus/jetstream/pull_consumer.hpp"
#include "delivery/delivery_line.hpp"
#include "delivery/links.hpp"
#include "domain/recently_done.hpp"
#include "runtime/lifetime.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class shared_line final : public delivery_line {
  public:
    shared_line(links& l, const endpoint& e);

    runtime::task<> run() override;
    runtime::task<> drain(std::chrono::milliseconds limit) override;
    courier& delivers() override { return courier_; }

  private:
    using time_point = std::chrono::steady_clock::time_point;

    runtime::task<> ensure_consumer();
    void arrived(bus::delivery d);
    bool known(const bus::delivery& d);
    bool welcome() const;
    void start_waiting();
    void attempted(parcel& p, const decision& d);
    void finish(parcel& p);
    void bury(parcel& p);
    void drop(parcel& p);
    void give_back(parcel& p, std::chrono::milliseconds delay);
    void release_waiting(std::chrono::milliseconds delay);
    bool room_to_park();
    void ask();
    void keep_alive(time_point now);
    std::chrono::milliseconds until_probe(time_point now) const;

    links& links_;
    courier courier_;
    parcel_store store_;
    std::unordered_map<std::uint64_t, std::unique_ptr<parcel>> in_hand_;  // by stream sequence
    std::deque<parcel*> waiting_;                                         // in hand, no attempt under way
    recently_done done_;
    std::priority_queue<time_point, std::vector<time_point>, std::greater<>>
        parked_;  // ends of the messages' own retries
    bool consumer_there_ = false;
    bool draining_ = false;
    runtime::wakeup changed_;
    runtime::lifetime alive_;      // for answers that come after the line has ended
    bus::pull_consumer consumer_;  // last: nothing arrives any more once it is gone
};

}  // namespace tidings::broadcaster
