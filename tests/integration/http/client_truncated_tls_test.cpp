// Peers that end a TLS connection without close_notify (RFC 9112, 9.8): what is complete without the end is complete.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "client_caller.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings::test;
using tidings::http::transport_error;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Answers one request of each connection and closes the socket below TLS.
class truncating_peer {
  public:
    explicit truncating_peer(std::string answer) : answer_(std::move(answer)) {
        const auto made = "cd " + dir_.path().string() +
                          " && openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out pem -subj /CN=x >log 2>&1";
        if (std::system(made.c_str()) != 0) throw std::runtime_error(made);
        tls_.use_certificate_file(dir_.path() / "pem", asio::ssl::context::pem);
        tls_.use_private_key_file(dir_.path() / "key", asio::ssl::context::pem);
        thread_ = std::thread([this] { serve(); });
    }
    ~truncating_peer() {
        stopping_ = true;
        boost::system::error_code ignored;
        tcp::socket(ctx_).connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }
    truncating_peer(const truncating_peer&) = delete;
    truncating_peer& operator=(const truncating_peer&) = delete;

    std::string url() const { return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/"; }

  private:
    void serve() {
        for (;;) {
            asio::ssl::stream<tcp::socket> s(ctx_, tls_);
            acceptor_.accept(s.lowest_layer());
            if (stopping_) return;
            boost::system::error_code failure;
            s.handshake(s.server, failure);
            std::string request;
            if (!failure) asio::read_until(s, asio::dynamic_buffer(request), "\r\n\r\nhi", failure);
            if (!failure) asio::write(s, asio::buffer(answer_), failure);
        }
    }

    std::string answer_;
    tidings::support::temp_dir dir_;
    asio::io_context ctx_;
    asio::ssl::context tls_{asio::ssl::context::tls_server};
    tcp::acceptor acceptor_{ctx_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace

TEST_CASE("a response over TLS that is complete needs no close_notify, one that ends with the connection does") {
    struct row {
        const char* answer;
        transport_error expected;
    };
    using enum transport_error;
    const row rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", none},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", none},
        {"HTTP/1.1 204 No Content\r\n\r\n", none},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", none},
        {"HTTP/1.1 200 OK\r\n\r\nok", closed},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", closed},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", closed},
    };
    auto options = local_options();
    options.verify_tls = false;
    for (const auto& r : rows) {
        CAPTURE(r.answer);
        truncating_peer p(r.answer);
        caller client(p.url(), options);
        for (int i = 0; i < 3; ++i) {
            const auto answer = client.ask();
            CAPTURE(answer.reason);
            CHECK(answer.error == r.expected);
        }
    }
}
