#include "delivery/webhook_request.hpp"

#include <charconv>
#include <stdexcept>

namespace tidings::broadcaster {

namespace {

void append_number(std::string& out, std::int64_t n) {
    char digits[20];
    const auto [end, failure] = std::to_chars(digits, digits + sizeof digits, n);
    out.append(digits, end);
}

}  // namespace

webhook_request::webhook_request(const endpoint& e, const http::url_parts& where) {
    head_ = "POST " + where.target + " HTTP/1.1\r\nHost: " + where.host_header +
            "\r\nUser-Agent: Tidings/0.1 (+webhooks)\r\nAccept: */*\r\nContent-Type: ";
    if (e.secrets.empty()) return;
    auto signer = signing::webhook_signer::create(e.secrets);
    if (!signer) throw std::invalid_argument("endpoint '" + e.name + "': a secret " + signer.error().message());
    signer_.emplace(std::move(*signer));
}

void webhook_request::write(std::string& out, std::string_view id, std::string_view content_type,
                            std::int64_t timestamp, std::string_view body) {
    out.assign(head_);
    out.append(content_type).append("\r\nwebhook-id: ").append(id).append("\r\nwebhook-timestamp: ");
    append_number(out, timestamp);
    if (signer_) {
        out.append("\r\nwebhook-signature: ");
        signer_->sign(id, timestamp, body, out);
    }
    out.append("\r\nContent-Length: ");
    append_number(out, static_cast<std::int64_t>(body.size()));
    out.append("\r\n\r\n").append(body);
}

}  // namespace tidings::broadcaster
