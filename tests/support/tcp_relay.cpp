#include "support/tcp_relay.hpp"

#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <set>
#include <string>
#include <thread>

namespace tidings::support {

namespace asio = boost::asio;
using asio::ip::tcp;
using clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds greeting{200};

// One direction of a connection: what arrived waits here for its time.
struct half {
    explicit half(asio::io_context& ctx) : more(ctx) {}
    std::deque<std::pair<clock::time_point, std::string>> waiting;
    asio::steady_timer more;
    bool ended = false;
};

struct connection {
    explicit connection(asio::io_context& ctx) : client(ctx), server(ctx), questions(ctx), answers(ctx) {}
    tcp::socket client, server;
    half questions, answers;
    clock::time_point opened = clock::now();

    void close() {
        boost::system::error_code ignored;
        client.close(ignored);
        server.close(ignored);
        for (auto* h : {&questions, &answers}) {
            h->ended = true;
            h->more.cancel();
        }
    }
};

using connection_ptr = std::shared_ptr<connection>;

}  // namespace

class tcp_relay::impl {
  public:
    explicit impl(std::uint16_t to) : to_(asio::ip::address_v4::loopback(), to) {
        acceptor_.listen();
        asio::co_spawn(ctx_, accept(), asio::detached);
        thread_ = std::thread([this] { ctx_.run(); });
    }
    ~impl() {
        ctx_.stop();
        thread_.join();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void set_cut(bool cut) {
        asio::post(ctx_, [this, cut] {
            cut_ = cut;
            if (!cut) return;
            for (const auto& c : std::exchange(open_, {}))
                c->close();
        });
    }
    void set_held(bool held) {
        asio::post(ctx_, [this, held] {
            held_ = held;
            let_go_.cancel();
        });
    }
    void delay_questions(std::chrono::milliseconds by) { questions_ = by; }
    void delay_answers(std::chrono::milliseconds by) { answers_ = by; }

  private:
    using delay = std::atomic<std::chrono::milliseconds>;

    asio::awaitable<void> accept() {
        for (;;) {
            auto c = std::make_shared<connection>(ctx_);
            c->client = co_await acceptor_.async_accept(asio::use_awaitable);
            if (!cut_) asio::co_spawn(ctx_, relay(std::move(c)), asio::detached);
        }
    }

    asio::awaitable<void> passes() {
        boost::system::error_code changed;
        while (held_)
            co_await let_go_.async_wait(asio::redirect_error(asio::use_awaitable, changed));
    }

    asio::awaitable<void> relay(connection_ptr c) {
        boost::system::error_code failure;
        co_await passes();
        co_await c->server.async_connect(to_, asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        open_.insert(c);
        asio::co_spawn(ctx_, write_in_time(c, c->questions, c->server), asio::detached);
        asio::co_spawn(ctx_, write_in_time(c, c->answers, c->client), asio::detached);
        asio::co_spawn(ctx_, read(c, c->client, c->questions, questions_), asio::detached);
        co_await read(c, c->server, c->answers, answers_);
        open_.erase(c);
    }

    asio::awaitable<void> read(connection_ptr c, tcp::socket& from, half& h, const delay& d) {
        std::array<char, 65'536> bytes;
        boost::system::error_code failure;
        for (;;) {
            const auto n =
                co_await from.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failure));
            if (failure) break;
            const auto now = clock::now();
            const bool late = now - c->opened > greeting;
            h.waiting.emplace_back(late ? now + d.load() : now, std::string(bytes.data(), n));
            h.more.cancel();
        }
        co_await passes();
        c->close();
    }

    asio::awaitable<void> write_in_time(connection_ptr c, half& h, tcp::socket& to) {
        try {
            while (!h.ended) {
                h.more.expires_at(h.waiting.empty() ? clock::time_point::max() : h.waiting.front().first);
                boost::system::error_code changed;
                co_await h.more.async_wait(asio::redirect_error(asio::use_awaitable, changed));
                while (!h.waiting.empty() && h.waiting.front().first <= clock::now()) {
                    co_await passes();
                    const auto bytes = std::move(h.waiting.front().second);
                    h.waiting.pop_front();
                    co_await asio::async_write(to, asio::buffer(bytes), asio::use_awaitable);
                }
            }
        } catch (const std::exception&) {
        }
        co_await passes();
        c->close();
    }

    asio::io_context ctx_{1};
    tcp::endpoint to_;
    tcp::acceptor acceptor_{ctx_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::set<connection_ptr> open_;
    bool cut_ = false, held_ = false;
    asio::steady_timer let_go_{ctx_, clock::time_point::max()};
    delay questions_{}, answers_{};
    std::thread thread_;
};

tcp_relay::tcp_relay(std::uint16_t to_port) : impl_(std::make_unique<impl>(to_port)) {}
tcp_relay::~tcp_relay() = default;
std::uint16_t tcp_relay::port() const { return impl_->port(); }
void tcp_relay::cut() { impl_->set_cut(true); }
void tcp_relay::mend() { impl_->set_cut(false); }
void tcp_relay::hold() { impl_->set_held(true); }
void tcp_relay::let_go() { impl_->set_held(false); }
void tcp_relay::delay_answers(std::chrono::milliseconds by) { impl_->delay_answers(by); }
void tcp_relay::delay_both_ways(std::chrono::milliseconds by) {
    impl_->delay_questions(by);
    impl_->delay_answers(by);
}

}  // namespace tidings::support
