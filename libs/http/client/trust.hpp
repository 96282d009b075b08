// Whom to trust over TLS, read once: to read the system's authorities takes some 25 ms.
#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace tidings::http {

using client_trust = std::shared_ptr<boost::asio::ssl::context>;
// As make_client_tls().
client_trust load_trust(bool verify_tls, const std::string& ca_file);

}  // namespace tidings::http
