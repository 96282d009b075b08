// Where messages go that were given up on: stream WEBHOOK_DEAD_LETTERS, subject "webhooks.dead-letters.<endpoint>".
// Body and headers as they were, so that a replay is a plain publish; what happened stands in further headers:
// Tidings-Endpoint, Tidings-Attempts, Tidings-Status, Tidings-Error, Tidings-Stream-Sequence, Tidings-Subject.
#pragma once

#include <functional>

#include "bus/publisher.hpp"
#include "delivery/parcel.hpp"

namespace tidings::broadcaster {

class dead_letters {
  public:
    dead_letters(runtime::asio::io_context& ctx, bus::connection& c) : bus_(c), publisher_(ctx, c) {}

    // `stored(true)` once the stream has it; `stored(false)` when that is not known: then try again (a second copy is
    // recognised by its id). Only then may the message leave its queue. `p` must stay until `stored` is called.
    void bury(const parcel& p, const std::string& endpoint_name, std::function<void(bool)> stored);

  private:
    bus::connection& bus_;
    bus::publisher publisher_;
};

}  // namespace tidings::broadcaster
