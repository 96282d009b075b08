// Dials a server without blocking the loop: cnats' connect blocks (name lookup, TCP, TLS, INFO), so each try runs on a
// short-lived thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/link/server_link.hpp"

namespace tidings::bus {

struct dial_options {
    std::string name;                         // shown by the server's monitoring
    std::string user, password;               // where the URL has no login; empty: none
    std::string credentials_file;             // .creds; empty: none
    std::string ca_file;                      // for TLS; empty: the system's
    std::chrono::milliseconds ping_interval;  // two unanswered: the link is dead
};

struct dial_result {
    adoptable_link link;  // null: the dial failed
    std::string error;    // why, for people
};

// Tries each of `servers` once, in this order, at most 2 s each. `done` is called on the loop, or never when the gate
// is shut before; the thread then outlives the connection and closes the link itself.
void dial(const std::shared_ptr<loop_gate>& gate, const dial_options& options, std::vector<std::string> servers,
          bool tls, std::function<void(dial_result)> done);

}  // namespace tidings::bus
