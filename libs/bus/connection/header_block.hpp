// The headers of a NATS message in wire format (NATS ADR-4): "NATS/1.0\r\nName: value\r\n...\r\n\r\n".
// Views into the bytes; nothing is copied or changed.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::bus {

class header_block {
  public:
    static constexpr std::string_view beginning = "NATS/1.0\r\n";

    // Anything that does not begin so has no headers.
    explicit header_block(std::string_view bytes);

    // The first value of a header, its name in any case; empty when absent.
    std::string_view find(std::string_view name) const;
    // The same for several names in one pass: `values`, as many, each made without a value, get what is found.
    void find(std::span<const std::string_view> names, std::span<std::string_view> values) const;
    std::vector<std::pair<std::string_view, std::string_view>> views() const;
    std::vector<std::pair<std::string, std::string>> all() const;

  private:
    std::string_view lines_;  // each with its "\r\n"
};

}  // namespace tidings::bus
