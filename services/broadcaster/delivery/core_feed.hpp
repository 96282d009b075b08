// Core mode, for servers without JetStream: events come from a plain queue subscription and wait in memory, so that
// they are delivered at most once; what waits is lost with the process. Retries and pauses work as elsewhere, within a
// bounded queue.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bus/connection/connection.hpp"
#include "delivery/endpoint_line.hpp"
#include "runtime/thread_load.hpp"

namespace tidings::broadcaster {

class core_feed final : public line_owner {
  public:
    // `replica` makes the ids of events that have none unique in the fleet.
    core_feed(line_links& l, bus::connection& c, const std::vector<std::string>& subjects,
              std::span<const endpoint_ptr> endpoints, const std::string& replica);

    // Nothing for one that is not there.
    std::optional<endpoint_status> status(std::string_view endpoint_name) const;
    // Ends the endpoint's pause, or what a 410 disabled.
    void resume(std::string_view endpoint_name);
    // Reports what waits, and lets attempts be as many as this process is good for. Works until cancelled.
    runtime::task<> run();
    // Takes no more, and waits for what it has.
    runtime::task<> drain(std::chrono::milliseconds limit);

  private:
    endpoint_line* find(std::string_view endpoint_name) const;
    void arrived(bus::message m);
    void settled(endpoint_line&, const event&) override {}
    void changed(endpoint_line&) override {}
    bool may_send() const override { return true; }
    retry_id passed(const endpoint_line&) const override { return {}; }
    bool to_be_read(const endpoint_line&, retry_id) const override { return false; }

    line_links& links_;
    std::string source_;
    std::uint64_t number_ = 0;
    runtime::thread_load load_;
    std::vector<std::unique_ptr<endpoint_line>> lines_;
    std::vector<bus::subscription> subscriptions_;
};

}  // namespace tidings::broadcaster
