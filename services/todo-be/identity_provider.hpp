// The verifier of the provider that the settings name, with its metrics and what the log says of it.
#pragma once

#include <memory>

#include "identity/verifier.hpp"
#include "identity_settings.hpp"
#include "observe/metrics.hpp"

namespace tidings::todo_be {

// Null when the settings name no issuer. `registry` must outlive it.
std::unique_ptr<identity::verifier> make_verifier(const runtime::executor& ex, const identity_settings& s,
                                                  observe::metrics& registry);

}  // namespace tidings::todo_be
