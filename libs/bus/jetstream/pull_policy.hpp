// When a pull consumer requests messages, and how many. No I/O: time and randomness are arguments.
//
// It keeps as many messages requested as there is capacity for, backs off after a refusal, and checks whether the
// consumer exists: a pull request to a missing one gets no reply, since the server's API subscribes to the subject.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "bus/jetstream/pull_ledger.hpp"
#include "runtime/task.hpp"

namespace tidings::bus {

class pull_policy {
  public:
    static constexpr std::chrono::milliseconds first_pause{250};     // after a refusal; grows up to `expires`
    static constexpr std::chrono::milliseconds status_grace{2'000};  // after `expires`: no status comes later

    // `batch`: the maximum for one request; `expires`: how long the server keeps a request.
    pull_policy(std::size_t batch, std::chrono::milliseconds expires) : batch_(batch), expires_(expires) {}

    // How many more messages can be taken, counted from now.
    void set_capacity(std::size_t messages) { capacity_ = messages; }
    std::size_t outstanding() const { return ledger_.outstanding(); }

    // Half a batch (or all of a smaller capacity) can be requested.
    bool wants_more() const;
    // Whether to check with the server that the consumer exists before the next request.
    bool needs_check() const { return !proven_; }
    struct request {
        std::uint64_t number;
        std::size_t batch;
    };
    // The next request to send, if any; call it until there is none.
    std::optional<request> next_request(runtime::time_point now);

    void delivered();

    struct status {
        int code = 0;
        std::optional<std::size_t> unserved;  // Nats-Pending-Messages
        bool deleted = false;                 // its description says so
        bool full = false;                    // the same: the request has got all the bytes that it asked for
    };
    enum class outcome { none, consumer_missing, consumer_silent };
    // A status for a request.
    outcome ended(std::uint64_t number, const status& s, runtime::time_point now, double random);
    // The answer to a check: the consumer exists, does not exist, or the server could not say.
    enum class check { exists, missing, unknown };
    outcome consumer_checked(check c, runtime::time_point now, double random);

    // The link came or went: the server forgets the requests of a connection that ends.
    void link_changed();

    // When tick() has something to do.
    std::optional<runtime::time_point> next_tick() const;
    // consumer_silent: a request got no status, not even that it has expired.
    outcome tick(runtime::time_point now);

  private:
    outcome consumer_missing(runtime::time_point now, double random);
    void hold_off(runtime::time_point now, double random);
    void succeeded();

    std::size_t batch_;
    std::chrono::milliseconds expires_;
    pull_ledger ledger_;
    std::size_t capacity_ = 0;
    bool proven_ = false;  // the consumer exists
    unsigned refusals_ = 0;
    std::optional<runtime::time_point> held_until_;
};

}  // namespace tidings::bus
