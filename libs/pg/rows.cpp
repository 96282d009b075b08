#include "pg/rows.hpp"

#include <libpq-fe.h>

#include "pg/error.hpp"
#include "text/decimal.hpp"

namespace tidings::pg {

void rows::clear::operator()(pg_result* r) const { PQclear(r); }

std::size_t rows::size() const { return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0; }

std::uint64_t rows::affected() const {
    if (!result_) return 0;
    return text::parse_number<std::uint64_t>(PQcmdTuples(result_.get())).value_or(0);
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
    const auto n = text::parse_number<std::int64_t>(text(row, column));
    if (!n) throw error("22P02", "column " + std::to_string(column) + " is not an integer");
    return *n;
}

bool rows::boolean(std::size_t row, std::size_t column) const { return text(row, column) == "t"; }

}  // namespace tidings::pg
