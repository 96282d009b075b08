// The part of the outbox that the leading relay holds in memory: which event may be sent next, which are in flight,
// which are stored and wait to be cleared. No I/O.
//
// At most one event per to-do is in flight: whatever happens to a publish (refused, lost, late), no later event of the
// same to-do can overtake it. Events of different to-dos are sent concurrently.
#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "domain/todo_event.hpp"

namespace tidings::todo_be {

class outbox_window {
  public:
    // An event that is held already is ignored.
    void add(outbox_event e);

    bool sendable() const { return !sendable_.empty(); }
    // The event with the lowest seq that may be sent now, marked as on its way; null when there is none. Valid until
    // cleared.
    const outbox_event* next();
    // The stream has it: the next one of its to-do may go.
    void stored(std::int64_t seq);
    // It may be sent again.
    void failed(std::int64_t seq);

    // The stored ones, to be deleted from the outbox and then forgotten; those that are not forgotten stay held.
    const std::vector<std::int64_t>& stored_seqs() const { return stored_; }
    void forget(const std::vector<std::int64_t>& seqs);

    std::vector<std::int64_t> all_seqs() const;
    std::size_t size() const { return events_.size(); }
    std::size_t bytes() const { return bytes_; }  // of the payloads that are still needed
    std::size_t on_their_way() const { return on_their_way_; }
    void clear();

  private:
    enum class state { waiting, on_its_way, stored };
    struct held {
        outbox_event event;
        outbox_window::state state = outbox_window::state::waiting;
    };
    struct uuid_hash {
        std::size_t operator()(const ids::uuid& id) const;
    };

    std::unordered_map<std::int64_t, held> events_;
    std::unordered_map<ids::uuid, std::vector<std::int64_t>, uuid_hash> unstored_;  // of each to-do, ascending
    std::set<std::int64_t> sendable_;  // waiting, and the first of their to-do
    std::vector<std::int64_t> stored_;
    std::size_t on_their_way_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace tidings::todo_be
