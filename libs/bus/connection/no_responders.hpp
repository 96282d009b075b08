// Finds the request that a "no responders" status (503) belongs to. No I/O.
//
// cnats does not hand out that status: it only says that one arrived on a subscription. So a request is published
// between two probes, empty messages to an inbox of this connection. A server replies in order: a status that arrives
// between the two probes belongs to the request.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::bus {

class no_responders {
  public:
    // `inbox`: where the probes go, "<prefix><token>".
    explicit no_responders(std::string inbox);

    // The subjects of the probes before and after a request whose reply goes to `reply`, an inbox of the same prefix.
    const std::string& probe_before() const { return inbox_; }
    std::string probe_after(std::string_view reply) const;

    // A status has arrived.
    void on_status() { ++statuses_; }
    // A probe has arrived. Returns the reply subject of the request that has no responders, if that is what it shows.
    std::optional<std::string> on_probe(std::string_view subject);

  private:
    std::string inbox_;
    std::size_t prefix_;        // length of it
    std::size_t statuses_ = 0;  // since the last probe
};

}  // namespace tidings::bus
