// Dialling a server without holding up the loop: cnats' connect blocks (name lookup, TCP, TLS, INFO), so that each try
// has a short-lived thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/link/server_link.hpp"

namespace tidings::bus {

struct dialled {
    adoptable_link link;  // null: it failed
    std::string error;    // why, for people
};

// Tries each of `servers` once, in random order, at most 2 s each. `done` is called on the loop, or never when the gate
// is shut before; the thread outlives the connection then, and closes what it got.
void dial(const std::shared_ptr<loop_gate>& gate, const connection_options& options, std::vector<std::string> servers,
          bool tls, std::function<void(dialled)> done);

}  // namespace tidings::bus
