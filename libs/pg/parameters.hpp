// The values of a statement's $1, $2, ...
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::pg {

// Text keeps PostgreSQL's text format; the arrays are sent in binary, for `unnest`.
class parameters {
  public:
    parameters& text(std::string_view value);
    parameters& integer(std::int64_t value);
    parameters& uuid(const std::array<std::uint8_t, 16>& value);
    // Microseconds since the Unix epoch, as timestamptz.
    parameters& timestamp(std::int64_t value);
    // Arrays, one element a row. A nullopt element is NULL.
    parameters& texts(std::span<const std::optional<std::string_view>> values);
    parameters& texts(std::span<const std::string_view> values);
    parameters& uuids(std::span<const std::array<std::uint8_t, 16>> values);
    parameters& uuids(std::span<const std::optional<std::array<std::uint8_t, 16>>> values);
    parameters& integers(std::span<const std::int64_t> values);
    parameters& integers(std::span<const std::optional<std::int64_t>> values);
    // As double precision[].
    parameters& numbers(std::span<const std::optional<double>> values);
    parameters& booleans(std::span<const bool> values);
    // Microseconds since the Unix epoch, as timestamptz[].
    parameters& timestamps(std::span<const std::optional<std::int64_t>> values);
    std::size_t size() const;

  private:
    friend class exchange;
    struct value {
        std::string bytes;
        unsigned oid;  // 0: the server infers it
        int format;    // 0 text, 1 binary
    };
    std::vector<value> values_;
};

}  // namespace tidings::pg
