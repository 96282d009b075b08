// When to dial which servers, and what to report meanwhile. No I/O: the time and chance are arguments.
//
// A lost connection is dialled again without end: at growing, jittered pauses, also when the server refuses the
// credentials (they may be rotated).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bus/link/server_urls.hpp"
#include "runtime/outage.hpp"
#include "runtime/task.hpp"

namespace tidings::bus {

// For a log: the connection is lost (immediately, at each new reason, and at growing intervals), or is back.
struct connection_news {
    bool connected;
    std::string reason;              // why it is lost, in the server's words where it gave any
    std::chrono::milliseconds away;  // for how long
    std::string where{};  // the server, or all that are dialled: "host:port, host:port"; filled by link_keeper
};

class redial {
  public:
    // After this without any outcome of the first dial the connection is reported as lost.
    static constexpr std::chrono::milliseconds patience{800};
    static constexpr std::chrono::milliseconds longest_pause{2'000};

    redial(server_list servers, std::chrono::milliseconds first_pause);

    // The configured servers and those that the cluster announced.
    std::vector<std::string> servers() const;
    // The same in the order in which to dial them: by chance (`random` in [0, 1)), those that were left at last.
    std::vector<std::string> order(double random) const;
    // Whether there may be another server than the one that is connected.
    bool has_choice() const;
    bool tls() const { return configured_.tls; }

    using news = std::optional<connection_news>;
    news patience_over(runtime::time_point now);
    // `random` in [0, 1) places the pause before the next dial in its range.
    struct next_dial {
        std::chrono::milliseconds pause;
        redial::news news;
    };
    next_dial failed(runtime::time_point now, const std::string& reason, double random);
    // `discovered`: the cluster's servers as the lost one last announced them; empty: it announced none.
    next_dial lost(runtime::time_point now, const std::string& reason, std::vector<std::string> discovered,
                   double random);
    // The server at `url` is given up while the connection works.
    next_dial left(runtime::time_point now, const std::string& url, const std::string& reason,
                   const std::vector<std::string>& discovered, double random);
    // `discovered`: what the cluster announces on this connection.
    connection_news connected(runtime::time_point now, std::vector<std::string> discovered = {});

    // The servers answer others: pauses are short again.
    void may_succeed() { failures_ = 0; }

    std::uint64_t connects() const { return connects_; }

  private:
    news away(runtime::time_point now, const std::string& reason);

    server_list configured_;
    std::vector<std::string> discovered_;
    std::vector<std::string> left_;  // places, the last one at the end
    std::chrono::milliseconds first_pause_;
    unsigned failures_ = 0;
    std::uint64_t connects_ = 0;
    bool dialled_ = false;  // a first dial has had its outcome
    runtime::outage outage_;
};

}  // namespace tidings::bus
