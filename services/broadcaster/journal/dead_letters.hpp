// Where events go that were given up on: stream WEBHOOK_DEAD_LETTERS (see journal/letter.hpp for what is written).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "bus/jetstream/publisher.hpp"
#include "domain/given_up.hpp"
#include "journal/letter.hpp"
#include "observe/health.hpp"
#include "observe/metrics.hpp"
#include "runtime/outage.hpp"

namespace tidings::broadcaster {

class dead_letters {
  public:
    // `on_missing`: no stream takes letters; whoever keeps the streams should look at once.
    dead_letters(runtime::asio::io_context& ctx, bus::connection& c, observe::metrics& m,
                 std::function<void()> on_missing);

    // As bury_event says. A letter that NATS refuses is written without what may be too large for it; after every other
    // failure the writing alone is tried again, at growing pauses (a second copy is recognised by its id).
    void bury(given_up g, std::weak_ptr<void> in_hand, std::function<void()> stored);

    // For /readyz?verbose.
    observe::check_result waiting() const;

  private:
    struct burial;
    void write(const std::shared_ptr<burial>& b);
    void answered(const std::shared_ptr<burial>& b, const bus::publish_ack& ack);
    void write_smaller(const std::shared_ptr<burial>& b, const std::string& reason);
    void wait(const std::shared_ptr<burial>& b, const std::string& reason);
    void done(const burial& b);
    void ask_for_stream();

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    std::function<void()> on_missing_;
    observe::gauge waiting_gauge_;
    int waiting_ = 0;  // failed at least once
    std::string reason_;
    runtime::time_point ask_again_{};
    runtime::outage outage_;
    bus::publisher publisher_;
};

}  // namespace tidings::broadcaster
