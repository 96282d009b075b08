#include "http/client/stream.hpp"

#include <sys/socket.h>

#include <array>

#include "http/client/tls.hpp"

namespace tidings::http::client {

namespace asio = runtime::asio;

stream::stream(const runtime::executor& ex, asio::ssl::context* tls)
    : transport_(std::in_place_type<plain_stream>, ex) {
    if (tls != nullptr) transport_.emplace<tls_stream>(ex, *tls);
}

stream::plain_stream& stream::socket() {
    auto* plain = std::get_if<plain_stream>(&transport_);
    return plain != nullptr ? *plain : std::get<tls_stream>(transport_).next_layer();
}

void stream::reopen(const tcp& protocol) {
    auto& s = socket();
    error_code ignored, failure;
    s.close(ignored);
    s.open(protocol, failure);  // failure: no more descriptors; the connect then says so, too
    s.set_option(tcp::no_delay(true), ignored);
    s.non_blocking(true, ignored);
}

stream::error_code stream::expect_host(const std::string& host) {
    return http::expect_host(std::get<tls_stream>(transport_).native_handle(), host);
}

std::string stream::handshake_failure(const error_code& failure) {
    return http::handshake_failure(std::get<tls_stream>(transport_).native_handle(), failure);
}

std::size_t stream::write_some(request_bytes bytes, error_code& failure) {
    return is_tls() ? 0 : std::get<plain_stream>(transport_).write_some(gather(bytes), failure);
}

// The memory of a large one is not kept: thousands of connections may wait for an answer.
void stream::fill_record(request_bytes bytes) {
    const auto from_head = bytes.head.substr(0, most_in_a_record);
    const auto from_body = bytes.body.substr(0, most_in_a_record - from_head.size());
    if (record_.capacity() > 2 * (from_head.size() + from_body.size())) std::string().swap(record_);
    record_.assign(from_head).append(from_body);
}

idle_state stream::look() {
    std::array<char, 12> first{};
    const auto n = ::recv(socket().native_handle(), first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return has_decrypted() ? idle_state::out_of_step : idle_state::quiet;
    // Over TLS it may be a farewell as well as data.
    if (is_tls() || n <= 0) return idle_state::ended;
    return meaning_of({first.data(), static_cast<std::size_t>(n)});
}

bool stream::has_decrypted() {
    if (!is_tls()) return false;
    auto* const ssl = std::get<tls_stream>(transport_).native_handle();
    return SSL_pending(ssl) > 0 || BIO_pending(SSL_get_rbio(ssl)) > 0;
}

void stream::cancel() {
    error_code ignored;
    socket().cancel(ignored);
}

void stream::close() {
    error_code ignored;
    socket().close(ignored);
}

}  // namespace tidings::http::client
