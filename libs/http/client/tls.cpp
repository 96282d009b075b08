#include "http/client/tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/system_error.hpp>
#include <memory>

#include "http/client/trust.hpp"

namespace tidings::http {

namespace ssl = boost::asio::ssl;

ssl::context make_client_tls(bool verify, const std::string& ca_file) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    if (!verify) {
        context.set_verify_mode(ssl::verify_none);
        return context;
    }
    context.set_verify_mode(ssl::verify_peer);
    if (ca_file.empty()) {
        context.set_default_verify_paths();
        return context;
    }
    boost::system::error_code failure;
    context.load_verify_file(ca_file, failure);
    if (failure) throw boost::system::system_error(failure, "certificate authorities in " + ca_file);
    return context;
}

client_trust load_trust(bool verify_tls, const std::string& ca_file) {
    return std::make_shared<ssl::context>(make_client_tls(verify_tls, ca_file));
}

std::string ca_file_problem(const std::string& ca_file) {
    try {
        make_client_tls(true, ca_file);
        return {};
    } catch (const boost::system::system_error& e) {
        return "the file '" + ca_file + "' holds no certificate in PEM that can be read: " + e.code().message();
    }
}

boost::system::error_code expect_host(SSL* connection, std::string host) {
    if (host.ends_with('.')) host.pop_back();  // the root's dot belongs to DNS only (RFC 6066, 3)
    boost::system::error_code no_address;
    boost::asio::ip::make_address(host, no_address);
    // OpenSSL's own check, instead of a callback: only then does the verify result say that it was the name.
    const bool done = no_address ? SSL_set_tlsext_host_name(connection, host.c_str()) == 1 &&
                                       SSL_set1_host(connection, host.c_str()) == 1
                                 : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
    if (done) return {};
    return {static_cast<int>(ERR_get_error()), boost::asio::error::get_ssl_category()};
}

std::string handshake_failure(const SSL* connection, const boost::system::error_code& failure) {
    const auto verdict = SSL_get_verify_result(connection);
    if (verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
    return failure.message();
}

}  // namespace tidings::http
