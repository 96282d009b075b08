#include "pg/rows.hpp"

#include <libpq-fe.h>

#include <charconv>

#include "pg/error.hpp"

namespace tidings::pg {

void rows::clear::operator()(pg_result* r) const { PQclear(r); }

std::size_t rows::size() const { return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0; }

std::uint64_t rows::affected() const {
    if (!result_) return 0;
    const std::string_view count = PQcmdTuples(result_.get());
    std::uint64_t n = 0;
    std::from_chars(count.data(), count.data() + count.size(), n);
    return n;
}

bool rows::is_null(std::size_t row, std::size_t column) const {
    return PQgetisnull(result_.get(), static_cast<int>(row), static_cast<int>(column)) == 1;
}

std::string_view rows::text(std::size_t row, std::size_t column) const {
    const int r = static_cast<int>(row);
    const int c = static_cast<int>(column);
    const char* bytes = PQgetvalue(result_.get(), r, c);
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(PQgetlength(result_.get(), r, c))};
}

std::int64_t rows::integer(std::size_t row, std::size_t column) const {
    const std::string_view digits = text(row, column);
    std::int64_t n = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (failure != std::errc{} || end != digits.data() + digits.size() || digits.empty()) {
        throw error("22P02", "column " + std::to_string(column) + " is not an integer");
    }
    return n;
}

bool rows::boolean(std::size_t row, std::size_t column) const { return text(row, column) == "t"; }

}  // namespace tidings::pg
