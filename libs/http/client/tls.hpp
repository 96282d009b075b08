// TLS as a client: who is trusted, and whose name the certificate must carry (RFC 6125).
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <string>

namespace tidings::http {

// TLS 1.2 or newer. `ca_file`: PEM; empty: the system's authorities. `verify` false: any certificate is accepted.
// Throws boost::system::system_error when ca_file cannot be read.
boost::asio::ssl::context make_client_tls(bool verify, const std::string& ca_file);

// Why the file has no usable certificate authorities; empty when it has some.
std::string ca_file_problem(const std::string& ca_file);

// Before the handshake: names `host` to the peer (SNI) and demands it of the certificate when the context verifies.
boost::system::error_code expect_host(SSL* connection, std::string host);

// After a failed handshake: why, for people. "certificate has expired" rather than "certificate verify failed".
std::string handshake_failure(const SSL* connection, const boost::system::error_code& failure);

}  // namespace tidings::http
