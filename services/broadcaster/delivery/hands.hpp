// What all deliveries of this process hold together, in bytes. An event counts once, whatever number of endpoints it
// goes to; each of these adds what it takes beside the event. Who holds nothing may always take one more event while
// there is any room, so that nobody waits for ever; the fuller it is, the less may one endpoint hold: those that hang
// leave room to the others.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>

#include "delivery/event.hpp"

namespace tidings::broadcaster {

class hands {
  public:
    static constexpr std::size_t most = 32 * 1024 * 1024;
    static constexpr std::size_t most_alone = most / 2;           // of these, by endpoints that read alone
    static constexpr std::size_t most_retried = 4 * 1024 * 1024;  // fetched from WEBHOOK_RETRIES
    static constexpr std::size_t share_of_room = 8;               // one endpoint may hold this part of what is left
    // Beside the bytes of the message.
    static constexpr std::size_t bytes_per_event = 1'024;
    static constexpr std::size_t bytes_per_parcel = 768;

    // Who took an event from its stream.
    enum class taken { shared, alone, retried };

    // Counts `bytes` as long as it is there.
    in_hand_share hold(std::size_t bytes, taken by = taken::shared) const;
    std::size_t held() const { return counts_->all; }

    // Whether more may be read.
    bool room_shared() const { return counts_->all < most; }
    // `late`: with what it has in hand. An endpoint that hangs leaves the half to those that do not.
    bool room_alone(bool late) const {
        return counts_->all < most && counts_->alone < (late ? most_alone / 2 : most_alone);
    }
    bool room_retried() const { return counts_->all < most && counts_->retried < most_retried; }
    // What one endpoint may hold.
    std::size_t share() const { return counts_->all < most ? (most - counts_->all) / share_of_room : 0; }

    // What one endpoint may hold of what was fetched from WEBHOOK_RETRIES.
    std::size_t share_retried() const { return room_retried() ? (most_retried - counts_->retried) / share_of_room : 0; }

    // Endpoints that read the same large event alone, each for itself, hold it once.
    event_ptr find(retry_id id) const;
    void remember(const event_ptr& e);
    static bool is_large(std::size_t bytes) { return bytes >= 16'384; }

  private:
    struct id_hash {
        std::size_t operator()(retry_id id) const { return hash_of(id); }
    };

    std::shared_ptr<in_hand_share::counts> counts_ = std::make_shared<in_hand_share::counts>();
    std::unordered_map<retry_id, std::weak_ptr<const event>, id_hash> large_;
    std::size_t tidy_at_ = 64;
};

}  // namespace tidings::broadcaster
