// What is known of the messages that wait in WEBHOOK_RETRIES, kept small: there may be a million. Found by the message,
// or by the key, whose messages are a chain in the order of the stream. A key is known by its hash alone: two keys that
// share one wait for each other, which breaks nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "domain/retry_id.hpp"
#include "domain/slot_table.hpp"

namespace tidings::broadcaster {

struct retry_record {
    std::uint64_t sequence = 0;
    std::uint64_t stored = 0;  // its sequence in WEBHOOK_RETRIES; 0: not there yet
    std::int64_t due = 0;      // ms since the epoch
    std::uint64_t key = 0;     // its hash; 0: no order to keep
    std::uint32_t incarnation = 0;
    std::uint32_t heap = slot_table::none;  // its place among those that may be tried; none: is not
    std::uint32_t before = slot_table::none, after = slot_table::none;  // of its key; the first has the last before it
    std::uint16_t attempts = 0;
    bool busy = false;
    bool unreachable = false;
    std::uint32_t bytes = 0;  // of the message
    std::uint32_t time = 0;   // of its event in the stream, folded; 0: not known

    retry_id id() const { return {incarnation, sequence}; }
};

class retry_records {
  public:
    using slot = slot_table::slot;
    static constexpr slot none = slot_table::none;

    slot find(retry_id id) const;
    retry_record& operator[](slot s) { return chunks_[s / per_chunk]->records[s % per_chunk]; }
    const retry_record& operator[](slot s) const { return chunks_[s / per_chunk]->records[s % per_chunk]; }
    std::size_t size() const { return size_; }

    // Pre: not there.
    slot add(const retry_record& r);
    void remove(slot s);

    // Of this key; none: it has no message here.
    slot first_of(std::uint64_t key) const;
    bool is_first(slot s) const { return (*this)[s].key == 0 || first_of((*this)[s].key) == s; }

    template <class Use>
    void for_each(Use use) {
        for (slot s = 0; s < chunks_.size() * per_chunk; ++s)
            if ((*this)[s].sequence != 0) use(s);
    }

  private:
    static constexpr std::size_t per_chunk = 16;
    struct chunk {
        std::array<retry_record, per_chunk> records;
    };
    slot free_slot();
    void chain(slot s);
    void unchain(slot s);

    std::vector<std::unique_ptr<chunk>> chunks_;
    std::vector<slot> free_;
    std::size_t size_ = 0;
    retry_id highest_;       // of all that were here since it was empty
    slot_table ids_, keys_;  // the latter of the first of each key
};

}  // namespace tidings::broadcaster
