// A TCP connection with or without TLS as one asynchronous stream. Its async_ functions take any completion token of
// Asio; the buffers and the stream must outlive the operation, but for what async_write_some says.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "http/client/origin.hpp"
#include "http/client/pool_policy.hpp"
#include "runtime/task.hpp"

namespace tidings::http::client {

class stream {
  public:
    using tcp = runtime::asio::ip::tcp;
    using error_code = boost::system::error_code;

    // Over TLS when `tls` is given, which must outlive the stream.
    stream(const runtime::executor& ex, runtime::asio::ssl::context* tls);

    bool is_tls() const { return transport_.index() == 1; }

    // Closes an open connection first. After close() or cancel() it completes with operation_aborted.
    template <class Token>
    auto async_connect(const tcp::endpoint& where, Token&& token) {
        reopen(where.protocol());
        return socket().async_connect(where, std::forward<Token>(token));
    }

    // Pre: is_tls(), connected. Names `host` to the peer before the handshake and demands it of the certificate.
    error_code expect_host(const std::string& host);
    template <class Token>
    auto async_handshake(Token&& token) {
        return std::get<tls_stream>(transport_).async_handshake(tls_stream::client, std::forward<Token>(token));
    }
    // Why a handshake failed, for people.
    std::string handshake_failure(const error_code& failure);

    template <class Token>
    auto async_read_some(runtime::asio::mutable_buffer into, Token&& token) {
        return is_tls() ? std::get<tls_stream>(transport_).async_read_some(into, std::forward<Token>(token))
                        : std::get<plain_stream>(transport_).async_read_some(into, std::forward<Token>(token));
    }

    // Completes when there is something to read, or the end: unlike a read it leaves that on the socket, where look()
    // finds it.
    template <class Token>
    auto async_wait_readable(Token&& token) {
        return socket().async_wait(plain_stream::wait_read, std::forward<Token>(token));
    }
    // Taken off the socket by TLS, not yet read.
    bool has_decrypted();

    // Writes what the socket takes without waiting. Over TLS nothing, without a failure.
    std::size_t write_some(request_bytes bytes, error_code& failure);
    // `bytes` need not outlive close(): TLS, which may look at the plain text again after a wait, gets a copy.
    template <class Token>
    auto async_write_some(request_bytes bytes, Token&& token) {
        if (!is_tls())
            return std::get<plain_stream>(transport_).async_write_some(gather(bytes), std::forward<Token>(token));
        fill_record(bytes);
        return std::get<tls_stream>(transport_)
            .async_write_some(runtime::asio::buffer(record_), std::forward<Token>(token));
    }

    // Looks at the socket without reading from it.
    idle_state look();
    // Ends async_connect.
    void cancel();
    void close();

  private:
    using plain_stream = runtime::asio::basic_stream_socket<tcp, runtime::executor>;
    using tls_stream = runtime::asio::ssl::stream<plain_stream>;

    static constexpr std::size_t most_in_a_record = 16'384;  // RFC 8446, 5.1

    static std::array<runtime::asio::const_buffer, 2> gather(request_bytes bytes) {
        return {runtime::asio::buffer(bytes.head), runtime::asio::buffer(bytes.body)};
    }
    void fill_record(request_bytes bytes);
    plain_stream& socket();
    void reopen(const tcp& protocol);

    std::variant<plain_stream, tls_stream> transport_;
    std::string record_;
};

}  // namespace tidings::http::client
