// Every attempt is written down on the stream WEBHOOK_ATTEMPTS: one JSON object a line, many lines a message (100
// attempts or 5 ms, whichever comes first), subject "webhooks.attempts.<replica>".
//
// Records are for people and never hold up a delivery: while NATS is away some batches wait, then the oldest are
// dropped and counted (broadcaster_attempt_records_dropped_total).
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bus/jetstream/publisher.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

struct attempt_record {
    std::string_view endpoint;
    std::string_view event_id;
    std::uint64_t attempt = 1;
    unsigned status = 0;       // 0: no answer
    std::string_view outcome;  // the metric's label
    std::string_view reason;   // for people; empty when delivered
    std::chrono::steady_clock::duration took{};
};

class attempt_recorder {
  public:
    // `on_drop` gets the number of records lost.
    attempt_recorder(runtime::asio::io_context& ctx, bus::connection& c, std::string subject,
                     std::function<void(std::size_t)> on_drop);

    void record(const attempt_record& r);

    // Sends what is buffered and waits for the acks, at most `limit`.
    runtime::task<> flush(std::chrono::milliseconds limit);

  private:
    struct batch {
        std::string id;  // Nats-Msg-Id: a batch sent twice is stored once
        std::string lines;
        std::size_t records = 0;
    };

    void seal();
    void send(const std::shared_ptr<batch>& b);
    void resend();
    void arm(std::chrono::milliseconds after);

    std::string subject_;
    std::function<void(std::size_t)> on_drop_;
    std::string replica_;
    std::uint64_t sealed_ = 0;
    batch open_;
    std::deque<std::shared_ptr<batch>> failed_;
    runtime::time_point resend_at_{};
    runtime::steady_timer timer_;
    bool armed_ = false;
    bus::publisher publisher_;  // last: what it still answers when it ends finds the rest alive
};

}  // namespace tidings::broadcaster
