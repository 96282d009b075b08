// The connection parameters for libpq, resolved in advance so that none can block the loop or leak a password.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.hpp"

namespace tidings::pg {

// libpq's keywords (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS) and their values.
using keywords = std::map<std::string, std::string, std::less<>>;

// The keywords of o.conninfo with ours beside them. Throws error 08001 when it cannot be understood; the text of the
// error shows no part of it, for libpq's own would echo pieces of a password that was not escaped.
keywords connection_keywords(const connect_options& o);

// Why libpq can never connect with these settings; empty when it may. Shows no part of them but the name of an option.
std::string conninfo_problem(const std::string& conninfo);
// "host:port/database", several hosts with commas between them; without user and password. For a log.
std::string conninfo_target(const std::string& conninfo);

// The elements of a comma-separated list, empty ones included.
std::vector<std::string> split_list(std::string_view list);

// True when libpq can dial `host` without asking a name server: an address, a path or nothing.
bool needs_no_resolver(const std::string& host);

// Whether such a connection could be eavesdropped on: some host is another machine, and neither the settings nor
// $PGSSLMODE require TLS ("prefer", libpq's default, does not). False when `conninfo` cannot be parsed.
bool readable_on_the_way(const std::string& conninfo);

// Replaces the names of `k` by what `addresses_of` found for each: `host` is repeated once for each address, `hostaddr`
// and `port` go with it. `found[i]` belongs to the i-th host; empty: leave that one to libpq.
void set_addresses(keywords& k, const std::vector<std::vector<std::string>>& found);

}  // namespace tidings::pg
