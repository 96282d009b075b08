// How a connection to PostgreSQL is protected, and by whose word the server is believed to be itself.
// https://www.postgresql.org/docs/15/libpq-ssl.html
#pragma once

#include <string>

#include "pg/conninfo.hpp"

namespace tidings::pg {

// Whether this process may read a file of keys or certificates.
bool readable(const std::string& file);

// sslmode of `k`, else of $PGSSLMODE, else libpq's default.
std::string tls_mode(const keywords& k);
// Whether that mode looks at the server's certificate.
bool verifies(const std::string& mode);

// The file of certificates that this system trusts, as OpenSSL finds it; empty where there is none, or where libpq has
// another to look at: sslrootcert of `k`, $PGSSLROOTCERT, ~/.postgresql/root.crt. Without one of these it fails, for
// "sslrootcert=system" it knows from version 16 on.
std::string trusted_certificates(const keywords& k);

}  // namespace tidings::pg
