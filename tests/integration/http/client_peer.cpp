#include "client_peer.hpp"

#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "support/http_reader.hpp"

namespace tidings::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::string peer_connection::read_request() try {
    support::http_reader<true> reader;
    std::string request;
    for (;;) {
        const auto before = received_;
        const bool complete = reader.read(received_);
        request.append(before, 0, before.size() - received_.size());
        if (complete) return request;
        char piece[4096];
        const auto n = socket_.read_some(asio::buffer(piece));
        received_.append(piece, n);
    }
} catch (const boost::system::system_error&) {
    until_closed();
    return {};
}

bool peer_connection::send(std::string_view bytes) {
    error_code failure;
    asio::write(socket_, asio::buffer(bytes), failure);
    return !failure;
}

void peer_connection::until_closed() {
    char piece[4096];
    error_code failure;
    while (!failure)
        socket_.read_some(asio::buffer(piece), failure);
}

void peer_connection::read_nothing() {
    pollfd both_ends_shut{socket_.native_handle(), 0, 0};
    ::poll(&both_ends_shut, 1, -1);
}

void peer_connection::close(bool hard) {
    error_code ignored;
    if (hard) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    if (!hard) socket_.shutdown(tcp::socket::shutdown_both, ignored);
    if (!hard) return;
    const std::lock_guard lock(closing_);
    socket_.close(ignored);
}

void peer_connection::interrupt() {
    const std::lock_guard lock(closing_);
    if (socket_.is_open()) ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

peer::peer(script s, const char* address, std::uint16_t port)
    : acceptor_(ctx_, tcp::endpoint(asio::ip::make_address(address), port)),
      script_(std::move(s)),
      port_(acceptor_.local_endpoint().port()),
      acceptor_thread_([this] { accept_all(); }) {}

peer::~peer() {
    stopping_ = true;
    error_code ignored;
    asio::io_context ctx;
    tcp::socket(ctx).connect(acceptor_.local_endpoint(), ignored);  // wakes the acceptor
    acceptor_thread_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const auto& c : connections_)
            c->interrupt();
    }
    for (auto& t : threads_)
        t.join();
}

void peer::accept_all() {
    for (;;) {
        error_code failure;
        auto socket = acceptor_.accept(failure);
        if (failure || stopping_) return;
        const auto connection = std::make_shared<peer_connection>(std::move(socket));
        const std::lock_guard lock(mutex_);
        connections_.push_back(connection);
        threads_.emplace_back([this, connection, number = ++accepted_] { script_(*connection, number); });
    }
}

}  // namespace tidings::test
