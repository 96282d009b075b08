// Reads and removes single messages of streams ($JS.API.STREAM.MSG).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/result.hpp"
#include "bus/jetstream/stored_message.hpp"

namespace tidings::bus {

class stored_messages {
  public:
    // `deadline`: of each request.
    explicit stored_messages(connection& c, std::chrono::milliseconds deadline = std::chrono::seconds(5))
        : bus_(c), deadline_(deadline) {}

    runtime::task<result<stored_message>> get(std::string stream, std::uint64_t sequence);
    // The first at or after `from` on `subject` (wildcards allowed).
    runtime::task<result<stored_message>> next(std::string stream, std::uint64_t from, std::string subject);
    runtime::task<result<stored_message>> last(std::string stream, std::string subject);
    runtime::task<result<>> remove(std::string stream, std::uint64_t sequence);

  private:
    runtime::task<result<stored_message>> fetch(std::string stream, std::string query);
    runtime::task<result<>> ensure_used(std::string stream);

    connection& bus_;
    std::chrono::milliseconds deadline_;
};

}  // namespace tidings::bus
