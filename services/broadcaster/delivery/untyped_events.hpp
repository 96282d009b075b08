// Tells of events whose type can be read neither from a header nor from their body: endpoints that ask for types do not
// get them, and nobody else would say so.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "observe/metrics.hpp"
#include "runtime/outage.hpp"

namespace tidings::broadcaster {

class untyped_events {
  public:
    explicit untyped_events(observe::metrics& m);

    // Events of a stream come in order; one that is seen again, by another shard or reader, is told once.
    void seen(std::string_view stream, std::uint32_t incarnation, std::uint64_t sequence, std::string_view body);

  private:
    struct place {
        std::uint32_t incarnation;
        std::uint64_t sequence;
    };
    observe::counter events_;
    std::map<std::string, place, std::less<>> last_;  // of each stream
    runtime::outage told_;
};

}  // namespace tidings::broadcaster
