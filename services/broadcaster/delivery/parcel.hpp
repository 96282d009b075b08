// One event in the hands of one endpoint, and where it stands there.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/event.hpp"
#include "domain/endpoint.hpp"
#include "domain/given_up.hpp"
#include "domain/retry_queue.hpp"

namespace tidings::broadcaster {

struct parcel {
    event_ptr what;
    std::uint64_t number = 0;       // among those of its line, in the order of the stream
    std::uint64_t attempt = 1;      // the number of the attempt that is under way, or comes next
    std::string key;                // of its lane: events of one key are delivered one after the other; empty: alone
    std::optional<retry_id> retry;  // comes from WEBHOOK_RETRIES
    bool kept = false;              // waits for its retry in hand: WEBHOOK_RETRIES has no room for it
    std::string head;               // of the HTTP request, which the event's body follows; until the answer is there
    std::string text;          // the request's body where that is not the event's (chat_message); as long as `head`
    unsigned last_status = 0;  // of the latest attempt, for the dead letter
    std::string last_error;
    bool busy = false;  // an attempt is under way, or it is being written somewhere
    std::chrono::steady_clock::time_point arrived{};
    std::chrono::steady_clock::time_point sent{};  // the attempt that is under way
    in_hand_share held;
};

// For its dead letter; borrows the parcel's body.
given_up given_up_of(const parcel& p, const endpoint& meant_for);

// Parcels are used again, so that their request heads keep their memory; by all endpoints.
class parcel_store {
  public:
    // `held`: of the parcel, and of what only it has.
    std::unique_ptr<parcel> take(in_hand_share held);
    void give_back(std::unique_ptr<parcel> p);

  private:
    std::vector<std::unique_ptr<parcel>> spare_;
};

}  // namespace tidings::broadcaster
