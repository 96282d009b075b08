// One event in hand for one endpoint: the message as it came, what its webhook needs, and where it stands.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/jetstream/pull_consumer.hpp"
#include "domain/given_up.hpp"
#include "domain/replay_seals.hpp"

namespace tidings::broadcaster {

struct parcel {
    bus::delivery source;       // owns the bytes that `body` shows
    std::string reply;          // where its ack goes; a redelivery of a parcel in hand brings a new one
    std::string event_id;       // Nats-Msg-Id, else "<stream>-<sequence>"
    std::string event_type;     // ce-type, or from the envelope; may be empty
    std::string only_for;       // the one endpoint that a replayed event is meant for; usually empty
    std::string partition_key;  // filled for ordered endpoints only
    std::string content_type;
    std::string_view body;
    std::uint64_t attempt = 1;  // this delivery's number
    std::string request;        // the bytes of the HTTP request; kept until the answer is there
    unsigned last_status = 0;   // of the latest attempt, for the dead letter
    std::string last_error;
    bool under_way = false;                           // an attempt runs
    std::chrono::steady_clock::time_point touched{};  // when JetStream last heard of it from us
};

// Fills everything but `source` and `request` from the message, which must outlive the parcel's use of it. `stream` and
// the sequence name messages that bear no id. `seals` tell a replay of ours; without them (null) none is believed.
void describe(parcel& p, const bus::message& m, std::string_view stream, bool with_partition_key, replay_seals* seals);

// For its dead letter; borrows the parcel's body.
given_up given_up_of(const parcel& p, const std::string& endpoint_name);

// Parcels are used again, so that their strings keep their memory.
class parcel_store {
  public:
    std::unique_ptr<parcel> take();
    void give_back(std::unique_ptr<parcel> p);

  private:
    std::vector<std::unique_ptr<parcel>> spare_;
};

}  // namespace tidings::broadcaster
