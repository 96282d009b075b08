#include "pg/error.hpp"

namespace tidings::pg {

bool error::unavailable() const {
    return sqlstate.starts_with("08") || sqlstate.starts_with("53") || sqlstate == "57P01" || sqlstate == "57P02" ||
           sqlstate == "57P03" || sqlstate == "57014" || sqlstate == "55P03" || sqlstate == "25006" ||
           // A prepared statement is missing or another client's: a pooler may use another server for each transaction.
           sqlstate == "26000" || sqlstate == "42P05";
}

}  // namespace tidings::pg
