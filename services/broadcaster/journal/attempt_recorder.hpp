// Every attempt is written down on the stream WEBHOOK_ATTEMPTS: one JSON object a line, many lines a message (100
// attempts or 5 ms, whichever comes first), subject "webhooks.attempts.<what the app says>".
//
// Records are for people and never hold up a delivery. While their stream does not take them they wait, up to the
// bounds of record_queue: 60 s of 1,000 attempts/s; what is dropped then is counted and logged, once an outage.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "bus/jetstream/publisher.hpp"
#include "domain/attempt_record.hpp"
#include "journal/record_queue.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

class attempt_recorder {
  public:
    // `on_drop` gets the number of records lost. `on_missing`: no stream takes them; whoever keeps the streams should
    // look at once.
    attempt_recorder(runtime::asio::io_context& ctx, bus::connection& c, std::string subject,
                     std::function<void(std::size_t)> on_drop, std::function<void()> on_missing);

    void record(const attempt_record& r);

    // Sends what is buffered and waits for the acks, at most `limit`.
    runtime::task<> flush(std::chrono::milliseconds limit);

    std::size_t waiting() const { return queue_.records(); }

  private:
    void send();
    void answered(std::uint64_t number, const bus::publish_ack& ack);
    void dropped(std::size_t records);
    void arm(runtime::time_point when);

    bus::connection& bus_;
    std::string subject_;
    std::function<void(std::size_t)> on_drop_;
    std::function<void()> on_missing_;
    std::string replica_;
    std::string line_;  // keeps its memory
    record_queue queue_;
    std::size_t lost_ = 0;  // since the stream last took something
    runtime::steady_timer timer_;
    bool armed_ = false;
    bus::publisher publisher_;  // last: what it still answers when it ends finds the rest alive
};

}  // namespace tidings::broadcaster
