// The head of a webhook: HTTP/1.1 POST with the headers of Standard Webhooks 1.0. The body follows unchanged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/endpoint.hpp"
#include "http/client/url.hpp"
#include "signing/webhook_signature.hpp"

namespace tidings::broadcaster {

class webhook_request {
  public:
    // Throws std::invalid_argument, naming the endpoint, when a secret cannot be used.
    webhook_request(const endpoint& e, const http::url_parts& where);

    // Writes the head for `body` into `out` (replaced). `timestamp`: seconds since the epoch, of this attempt.
    // `passed`: further headers, as domain/passed_headers has them.
    void write(std::string& out, std::string_view id, std::string_view content_type, std::int64_t timestamp,
               std::string_view body, std::string_view passed = {});

  private:
    std::string head_;  // request line and the headers that never change
    std::optional<signing::webhook_signer> signer_;
};

}  // namespace tidings::broadcaster
