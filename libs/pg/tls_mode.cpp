#include "pg/tls_mode.hpp"

#include <openssl/x509.h>
#include <unistd.h>

#include <cstdlib>

namespace tidings::pg {

namespace {

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

bool readable(const std::string& file) { return ::access(file.c_str(), R_OK) == 0; }

std::string tls_mode(const keywords& k) {
    if (const auto given = k.find("sslmode"); given != k.end()) return given->second;
    const auto mode = from_environment("PGSSLMODE");
    return mode.empty() ? "prefer" : mode;
}

bool verifies(const std::string& mode) { return mode == "verify-ca" || mode == "verify-full"; }

std::string trusted_certificates(const keywords& k) {
    const bool chosen = k.contains("sslrootcert") || !from_environment("PGSSLROOTCERT").empty();
    if (chosen || readable(from_environment("HOME") + "/.postgresql/root.crt")) return {};
    auto file = from_environment(::X509_get_default_cert_file_env());
    if (file.empty()) file = ::X509_get_default_cert_file();
    return readable(file) ? file : "";
}

}  // namespace tidings::pg
