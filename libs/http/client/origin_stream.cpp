#include "http/client/origin_stream.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "http/client/origin_memory.hpp"
#include "http/client/tls.hpp"

namespace tidings::http {

namespace {

namespace asio = runtime::asio;
using socket = asio::basic_stream_socket<asio::ip::tcp, runtime::executor>;
using plain_stream = socket;
using tls_stream = asio::ssl::stream<socket>;

socket& socket_of(plain_stream& s) { return s; }
socket& socket_of(tls_stream& s) { return s.next_layer(); }

template <class Stream>
class stream_connection final : public origin_connection {
  public:
    template <class... Arguments>
    stream_connection(origin_pool& pool, std::size_t response_limit, header_list* headers, std::string host,
                      Arguments&&... arguments)
        : origin_connection(pool, response_limit, headers),
          stream_(std::forward<Arguments>(arguments)...),
          host_(std::move(host)) {}

  private:
    static constexpr bool plain = std::is_same_v<Stream, plain_stream>;

    std::shared_ptr<stream_connection> self() {
        return std::static_pointer_cast<stream_connection>(shared_from_this());
    }

    void connect_to(const tcp::endpoint& where) override {
        auto& s = socket_of(stream_);
        error_code ignored, failure;
        s.close(ignored);
        s.open(where.protocol(), failure);  // failure: no more descriptors; the connect then says so, too
        s.set_option(tcp::no_delay(true), ignored);
        s.non_blocking(true, ignored);
        s.async_connect(where, [me = self()](const error_code& result) { me->connected(result); });
    }

    void cancel_connect() override {
        error_code ignored;
        socket_of(stream_).cancel(ignored);
    }

    void secure() override {
        if constexpr (plain) {
            secured({}, {});
        } else {
            if (const auto failure = expect_host(stream_.native_handle(), host_))
                return secured(failure, failure.message());
            stream_.async_handshake(asio::ssl::stream_base::client, [me = self()](const error_code& result) {
                const auto reason = result ? handshake_failure(me->stream_.native_handle(), result) : std::string();
                me->secured(result, reason);
            });
        }
    }

    void write(std::string_view bytes) override {
        unsent_ = bytes;
        begin_writing();
        if constexpr (plain) {
            // Nearly always the socket takes it all at once, and then nobody needs to be told.
            error_code failure;
            unsent_.remove_prefix(stream_.write_some(asio::buffer(unsent_), failure));
            if (unsent_.empty()) return written();
            // Any other failure shows in the read as well, which knows whether a response came first.
            if (failure && failure != asio::error::would_block) return;
        }
        write_more();
    }

    // Not asio::async_write: that would go on by itself after close(), when the caller's bytes are gone already.
    void write_more() {
        stream_.async_write_some(next_piece(),
                                 asio::bind_allocator(slot_allocator<char>(write_slot_),
                                                      [me = self()](const error_code& failure, std::size_t bytes) {
                                                          if (!failure && !me->closed()) me->wrote(bytes);
                                                      }));
    }

    asio::const_buffer next_piece() {
        if constexpr (plain) return asio::buffer(unsent_);
        // TLS may look at the plain text again after a wait.
        piece_ = unsent_.substr(0, 16'384);
        return asio::buffer(piece_);
    }

    void wrote(std::size_t bytes) {
        unsent_.remove_prefix(bytes);
        unsent_.empty() ? written() : write_more();
    }

    void read_into(char* room, std::size_t size) override {
        stream_.async_read_some(asio::buffer(room, size),
                                asio::bind_allocator(slot_allocator<char>(read_slot_),
                                                     [me = self()](const error_code& failure, std::size_t bytes) {
                                                         me->was_read(failure, bytes);
                                                     }));
    }

    idle_state look() override {
        std::array<char, 12> first{};
        const auto n = ::recv(socket_of(stream_).native_handle(), first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return has_decrypted() ? idle_state::out_of_step : idle_state::quiet;
        // Over TLS it may be a farewell as well as data.
        if (!plain || n <= 0) return idle_state::ended;
        const std::string_view unasked(first.data(), static_cast<std::size_t>(n));
        return is_out_of_step(unasked) ? idle_state::out_of_step : idle_state::ended;
    }

    // Taken off the socket already, not yet read.
    bool has_decrypted() {
        if constexpr (plain)
            return false;
        else
            return SSL_pending(stream_.native_handle()) > 0 || BIO_pending(SSL_get_rbio(stream_.native_handle())) > 0;
    }

    void close_transport() override {
        error_code ignored;
        socket_of(stream_).close(ignored);
    }

    std::string_view unsent_;  // of the request; not to be touched once closed
    std::string piece_;
    operation_slot read_slot_;
    operation_slot write_slot_;
    Stream stream_;
    std::string host_;
};

}  // namespace

std::shared_ptr<origin_connection> make_origin_connection(origin_pool& pool, runtime::executor ex,
                                                          asio::ssl::context* tls, const std::string& host,
                                                          std::size_t response_limit, header_list* headers) {
    if (tls == nullptr)
        return std::make_shared<stream_connection<plain_stream>>(pool, response_limit, headers, host, ex);
    return std::make_shared<stream_connection<tls_stream>>(pool, response_limit, headers, host, ex, *tls);
}

}  // namespace tidings::http
