// What a statement returned.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct pg_result;  // libpq's PGresult

namespace tidings::pg {

// The rows of one answer, in text format. Move-only.
class rows {
  public:
    rows() = default;
    explicit rows(pg_result* r) : result_(r) {}
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    // For INSERT/UPDATE/DELETE: how many rows it touched.
    std::uint64_t affected() const;
    bool is_null(std::size_t row, std::size_t column) const;
    std::string_view text(std::size_t row, std::size_t column) const;  // "" for NULL; valid as long as *this
    std::int64_t integer(std::size_t row, std::size_t column) const;   // throws error when it is none
    bool boolean(std::size_t row, std::size_t column) const;           // "t" is true

  private:
    struct clear {
        void operator()(pg_result* r) const;
    };
    std::unique_ptr<pg_result, clear> result_;
};

// What a NOTIFY brought.
struct notification {
    std::string channel, payload;
};

}  // namespace tidings::pg
