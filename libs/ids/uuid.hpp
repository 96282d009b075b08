// Identifiers: UUID (RFC 9562), new ones of version 7, so that they sort by the time of creation.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::ids {

class uuid {
  public:
    uuid() = default;  // the nil UUID
    explicit uuid(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}

    // A new version 7 UUID. Those of one process sort strictly by the order of creation.
    static uuid v7();
    static uuid v7(std::chrono::system_clock::time_point now);
    // The canonical 36 characters, either case. Nothing else is accepted.
    static std::optional<uuid> parse(std::string_view text);

    std::string str() const;  // lower case
    void append_to(std::string& out) const;
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    auto operator<=>(const uuid&) const = default;

  private:
    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace tidings::ids
