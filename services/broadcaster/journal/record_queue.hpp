// The attempt records that are not yet known to be stored, in batches, each one message. Pure: time is an argument.
//
// What waits is joined until a message is full; what the server may have stored already is sent again as it was, under
// its id. While the stream does not take them, one batch at a time is tried. At most `most_records` and `most_bytes`
// are kept: the oldest go first.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::broadcaster {

struct record_batch {
    std::uint64_t id = 0;  // a batch sent twice under one id is stored once
    std::string lines;
    std::size_t records = 0;
    bool perhaps_stored = false;
};

// What became of a batch that was sent.
enum class sending {
    stored,
    refused,    // certainly not stored
    lost,       // no answer: perhaps stored
    too_large,  // certainly not stored, and never will be in one message
};

class record_queue {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    struct limits {
        std::size_t most_records = 100'000;
        std::size_t most_bytes = 16 * 1024 * 1024;
    };
    static constexpr std::size_t batch_records = 100;
    static constexpr std::size_t batch_bytes = 64 * 1024;
    static constexpr std::size_t most_under_way = 64;
    static constexpr std::chrono::milliseconds retry_pause{500};

    explicit record_queue(limits l) : limits_(l) {}
    record_queue() : record_queue(limits{}) {}

    // One line, with its end. How many records were dropped for it.
    std::size_t add(std::string_view line);

    // The batch to send next, which counts as under way from now on; the reference is good until its answer.
    struct next_batch {
        std::uint64_t number;
        const record_batch& batch;
    };
    std::optional<next_batch> take(time_point now);
    // How many records were dropped for it.
    std::size_t answered(std::uint64_t number, sending how, time_point now);

    // The newest batch still grows: what is not full waits for more.
    bool full() const { return !waiting_.empty() && waiting_.begin()->second.records >= batch_records; }
    bool troubled() const { return retry_at_.has_value(); }
    std::optional<time_point> retry_at() const { return retry_at_; }
    // Tries at once and all that may be under way, as before a planned end.
    void hurry() { retry_at_.reset(); }

    std::size_t records() const { return records_; }
    std::size_t bytes() const { return bytes_; }
    bool empty() const { return records_ == 0; }

  private:
    using batches = std::map<std::uint64_t, record_batch>;  // in order of age
    bool still_open(std::size_t line) const;
    std::size_t let_go(batches::iterator b);
    std::size_t keep_limits();
    void put_back(std::uint64_t number, record_batch b);
    bool join(batches::iterator older, batches::iterator newer);
    void split(std::uint64_t number, const record_batch& b);
    std::uint64_t number_before(std::uint64_t number) const;

    limits limits_;
    batches waiting_, under_way_;
    std::size_t records_ = 0, bytes_ = 0;  // of both
    std::uint64_t numbers_ = 0, ids_ = 0;
    std::optional<time_point> retry_at_;
};

}  // namespace tidings::broadcaster
