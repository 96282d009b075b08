// The messages of one endpoint that wait in WEBHOOK_RETRIES: moved there, fetched when they are due, written again when
// they failed again, and removed when they are settled. Which is due when is retry_queue's decision.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "delivery/parcel.hpp"
#include "delivery/retry_desk.hpp"
#include "domain/endpoint.hpp"
#include "domain/retry_queue.hpp"
#include "runtime/lifetime.hpp"

namespace tidings::broadcaster {

class endpoint_retries {
  public:
    using wall_time = retry_queue::time_point;

    // `desk`: null without JetStream. `fetched`: one has come, or was gone.
    endpoint_retries(retry_desk* desk, const endpoint& e, parcel_store& store, std::function<void()> fetched)
        : desk_(desk), endpoint_(e), store_(store), on_fetched_(std::move(fetched)) {}

    // Whether messages may be moved there: not without JetStream, nor in strict order.
    bool used() const { return desk_ != nullptr && endpoint_.order != ordering::strict; }
    bool contains(retry_id id) const { return queue_.contains(id); }
    bool holds(std::string_view key) const { return queue_.holds(key); }
    std::size_t size() const { return queue_.size(); }
    // None is fetched or under way.
    bool idle() const { return tried_.empty(); }
    // When the next may be fetched; nothing while enough are.
    std::optional<wall_time> next_due() const;

    // Written by an owner before us. `held`: its message is in hand, and it goes with it.
    void found(retry_id id, retry_queue::entry e, bool held);
    void remove(std::uint64_t stored) { desk_->remove(stored); }

    // Fetches what is due, `most` at a time; `passed` as in retry_queue::take.
    void fetch(std::size_t most, retry_id passed);
    // A fetched one to be tried now; null: there is none.
    parcel* next();
    // Stores it, to be tried at `due`; calls `stored` once it is there.
    void store(const parcel& p, wall_time due, bool unreachable, std::function<void()> stored);
    // The endpoint can be reached again.
    void hasten();
    // The endpoint could not take it: it stays where it is. The parcel is gone.
    void put_back(parcel& p);
    void put_all_back();
    // Its message needs no further try, if it is here at all.
    void settle(retry_id id);
    // Pre: it comes from here.
    void drop(parcel& p) { store_.give_back(std::move(tried_.extract(*p.retry).mapped())); }

  private:
    retry_desk::address address_of(retry_id id) const { return {endpoint_.name, id, endpoint_.source_stream}; }
    void fetched(retry_id id, event_ptr e);

    retry_desk* desk_;
    const endpoint& endpoint_;
    parcel_store& store_;
    std::function<void()> on_fetched_;
    retry_queue queue_;
    std::map<retry_id, std::unique_ptr<parcel>> tried_;  // fetched
    std::deque<retry_id> ready_;                         // of these, not under way
    std::size_t fetching_ = 0;
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
