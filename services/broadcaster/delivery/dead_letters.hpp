// Where messages go that were given up on: stream WEBHOOK_DEAD_LETTERS (see delivery/letter.hpp for what is written).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "bus/jetstream/publisher.hpp"
#include "delivery/letter.hpp"

namespace tidings::broadcaster {

class dead_letters {
  public:
    dead_letters(runtime::asio::io_context& ctx, bus::connection& c) : ctx_(ctx), bus_(c), publisher_(ctx, c) {}

    // Writes until the stream has it, then calls `stored`: only then may the message leave its queue. A letter that
    // NATS refuses is written without what may be too large for it; every other failure is logged and tried again, the
    // writing alone (a second copy is recognised by its id). `p` must stay as long as `in_hand` does not expire; after
    // that nothing more is done.
    void bury(const parcel& p, const std::string& endpoint_name, std::weak_ptr<void> in_hand,
              std::function<void()> stored);

  private:
    struct burial;
    void write(const std::shared_ptr<burial>& b);
    void answered(const std::shared_ptr<burial>& b, const bus::publish_ack& ack);

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    bus::publisher publisher_;
};

}  // namespace tidings::broadcaster
