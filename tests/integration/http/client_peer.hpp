// A real TCP peer on 127.0.0.1 scripted by a test: every accepted connection runs the script on its own
// thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tidings::test {

class peer_connection {
  public:
    explicit peer_connection(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    // The next request, head and body; empty when the client has closed, or sent something other than HTTP.
    std::string read_request();
    // False when the client has closed.
    bool send(std::string_view bytes);
    // Reads and discards until the client closes.
    void until_closed();
    // Reads nothing until interrupt(): the client can write only what the buffers hold.
    void read_nothing();
    // Closes; if `hard` also discards what the client has not read yet (RST).
    void close(bool hard = false);
    // From another thread: interrupts the script's wait.
    void interrupt();

  private:
    boost::asio::ip::tcp::socket socket_;
    std::mutex closing_;  // else interrupt() might shut down what has got the same descriptor since
    std::string received_;
};

class peer {
  public:
    // `number`: 1 for the first connection.
    using script = std::function<void(peer_connection& connection, int number)>;

    explicit peer(script s, const char* address = "127.0.0.1", std::uint16_t port = 0);  // 0: any
    ~peer();
    peer(const peer&) = delete;
    peer& operator=(const peer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
    int accepted() const { return accepted_; }
    int requests() const { return requests_; }
    // Scripts count what they have read, so that a test can wait.
    void count_request() { ++requests_; }

  private:
    void accept_all();

    boost::asio::io_context ctx_;
    boost::asio::ip::tcp::acceptor acceptor_;
    script script_;
    std::uint16_t port_;
    std::atomic<int> accepted_{0};
    std::atomic<int> requests_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::vector<std::shared_ptr<peer_connection>> connections_;
    std::vector<std::thread> threads_;
    std::thread acceptor_thread_;
};

}  // namespace tidings::test
