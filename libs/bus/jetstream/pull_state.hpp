// The inside of bus::pull_consumer; see pull_consumer.hpp for the contract.
#pragma once

#include "bus/jetstream/pull_consumer.hpp"
#include "bus/jetstream/pull_ledger.hpp"
#include "runtime/backoff.hpp"

namespace tidings::bus {

struct pull_consumer::state : std::enable_shared_from_this<state> {
    state(connection& c, runtime::asio::io_context& loop, options o, std::function<void(delivery)> deliver,
          std::function<void()> missing)
        : bus(c),
          ctx(loop),
          opts(std::move(o)),
          on_delivery(std::move(deliver)),
          on_missing(std::move(missing)),
          pauses(first_pause, std::max(opts.expires, first_pause)),
          pause(loop),
          sweep(loop) {}

    void start();
    bool wants_more() const;
    void ask_soon();
    void ask_now();
    bool ask(std::size_t batch);
    void got_message(message m);
    void got_status(const message& m);
    void check();
    void checked(const message& m);
    void missed();
    void hold_off();
    void sweep_later();

    static constexpr std::chrono::milliseconds first_pause{250};  // after a refusal

    connection& bus;
    runtime::asio::io_context& ctx;
    options opts;
    std::function<void(delivery)> on_delivery;
    std::function<void()> on_missing;
    std::string inbox, ack_prefix, request_subject;
    pull_ledger ledger;
    std::size_t room = 0;
    bool asking = false;       // ask_now() is on its way
    bool holding_off = false;  // after a refusal
    bool sweeping = false;
    bool unsure = true;  // whether the consumer exists
    bool gone = false;
    runtime::backoff pauses;
    runtime::steady_timer pause, sweep;
};

}  // namespace tidings::bus
