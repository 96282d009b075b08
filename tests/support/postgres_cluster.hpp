// Where PostgreSQL is installed, and fresh data folders for it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace tidings::support {

// The folder of the newest installed PostgreSQL >= 15 (Debian's layout), or $TIDINGS_PG_BIN. Throws when there is none.
std::filesystem::path postgres_programs();

// Creates `data`, which must not exist: an empty cluster with superuser and database "tidings", owned by user postgres
// when we are root. A copy of a template that the first caller of this build tree creates (initdb takes seconds).
void make_cluster(const std::filesystem::path& data);

// Creates `data`: a copy of the running cluster at `port`, which will follow it as a standby. The folder that is to
// hold it becomes writable for all.
void make_standby(const std::filesystem::path& data, std::uint16_t port);

}  // namespace tidings::support
