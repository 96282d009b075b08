#include "delivery/webhook_request.hpp"

#include <stdexcept>

#include "runtime/version.hpp"
#include "text/decimal.hpp"

namespace tidings::broadcaster {

webhook_request::webhook_request(const endpoint& e, const http::url_parts& where) {
    head_ = "POST " + where.target + " HTTP/1.1\r\nHost: " + where.host_header + "\r\nUser-Agent: Tidings/" +
            std::string(runtime::major_minor_version()) + " (+webhooks)\r\nAccept: */*\r\nContent-Type: ";
    if (e.secrets.empty()) return;
    auto signer = signing::webhook_signer::create(e.secrets);
    if (!signer) throw std::invalid_argument("endpoint '" + e.name + "': a secret " + signer.error().message());
    signer_.emplace(std::move(*signer));
}

void webhook_request::write(std::string& out, std::string_view id, std::string_view content_type,
                            std::int64_t timestamp, std::string_view body, std::string_view passed) {
    out.assign(head_);
    out.append(content_type).append(passed).append("\r\nwebhook-id: ").append(id).append("\r\nwebhook-timestamp: ");
    text::append_number(out, timestamp);
    if (signer_) {
        out.append("\r\nwebhook-signature: ");
        signer_->sign(id, timestamp, body, out);
    }
    out.append("\r\nContent-Length: ");
    text::append_number(out, body.size());
    out.append("\r\n\r\n");
}

}  // namespace tidings::broadcaster
