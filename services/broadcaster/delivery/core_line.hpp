// Core mode, for servers without JetStream: events come from a plain queue subscription and wait in memory, so that
// they are delivered at most once; what waits is lost with the process. Retries and pauses work as elsewhere, within a
// bounded queue.
#pragma once

#include <deque>
#include <map>

#include "delivery/delivery_line.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class core_line final : public delivery_line {
  public:
    // `replica` makes the ids of events that have none unique in the fleet.
    core_line(runtime::asio::io_context& ctx, const endpoint& e, const std::string& replica, observe::metrics& m);

    // Queues an event; drops it, counted, when 10,000 wait already. `number` stands for the stream sequence in its id.
    void offer(std::shared_ptr<const bus::message> m, std::uint64_t number);

    runtime::task<> run() override;
    runtime::task<> drain(std::chrono::milliseconds limit) override;
    courier& delivers() override { return courier_; }

  private:
    using time_point = std::chrono::steady_clock::time_point;
    struct waiting_parcel {
        std::shared_ptr<const bus::message> message;  // owns the bytes that the parcel shows
        parcel p;
    };

    void deliver();
    void attempted(parcel& p, const decision& d);
    void lose(parcel& p, std::string_view why);

    std::string source_;
    courier courier_;
    std::map<std::uint64_t, std::unique_ptr<waiting_parcel>> all_;  // by number
    std::deque<std::uint64_t> ready_;
    std::multimap<time_point, std::uint64_t> later_;
    runtime::wakeup changed_;
    bool draining_ = false;
};

}  // namespace tidings::broadcaster
