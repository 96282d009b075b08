// A cache of the Redis protocol that answers, and not what it should: lying_cache.py says how.
#pragma once

#include <string>

#include "support/process.hpp"

namespace tidings::todo_be_test {

class lying_cache {
  public:
    explicit lying_cache(const std::string& how)
        : process_({{"python3", TIDINGS_LYING_CACHE, std::to_string(port_), how}, {}, dir_.path() / "log", {}}) {}
    std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }

  private:
    std::uint16_t port_ = support::free_port();
    support::temp_dir dir_;
    support::process process_;
};

}  // namespace tidings::todo_be_test
