#include "observe/metrics_endpoint.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <list>
#include <stdexcept>
#include <thread>

#include "runtime/task.hpp"

namespace tidings::observe {

using namespace std::chrono_literals;
namespace asio = runtime::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t most_scrapes = 64;
constexpr std::size_t longest_head = 8'192;
constexpr auto time_for_a_scrape = 10s;
constexpr auto pause_after_accept_error = 100ms;
constexpr auto tuple = asio::as_tuple(runtime::use_task);

struct scrape {
    explicit scrape(asio::basic_stream_socket<asio::ip::tcp, runtime::executor> s)
        : socket(std::move(s)), deadline(socket.get_executor(), time_for_a_scrape) {}

    void end() {
        error_code ignored;
        socket.close(ignored);
    }

    asio::basic_stream_socket<asio::ip::tcp, runtime::executor> socket;
    runtime::steady_timer deadline;
    std::string head;
};

struct reply {
    std::string head, body;
};

reply answer(std::string_view status, std::string_view headers, std::string body, bool with_body) {
    std::string head("HTTP/1.1 ");
    head.append(status).append("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n").append(headers);
    head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\nConnection: close\r\n\r\n");
    if (!with_body) body.clear();
    return {std::move(head), std::move(body)};
}

// `head` begins with a request line (RFC 9112, 3).
reply answer_to(std::string_view head, const std::function<std::string()>& text) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto method = line.substr(0, line.find(' '));
    const auto rest = line.substr(std::min(method.size() + 1, line.size()));
    const auto target = rest.substr(0, rest.find(' '));
    if (!rest.substr(target.size()).starts_with(" HTTP/1."))
        return answer("400 Bad Request", "", "not a request of HTTP/1.x\n", true);
    const bool to_head = method == "HEAD";
    if (target.substr(0, target.find('?')) != "/metrics")
        return answer("404 Not Found", "", "metrics are at /metrics\n", !to_head);
    if (method != "GET" && !to_head)
        return answer("405 Method Not Allowed", "Allow: GET, HEAD\r\n", "GET and HEAD only\n", true);
    return answer("200 OK", "", text(), !to_head);
}

runtime::task<> serve(std::shared_ptr<scrape> s, const std::function<std::string()>& text) {
    const auto [failure, size] =
        co_await asio::async_read_until(s->socket, asio::dynamic_buffer(s->head, longest_head), "\r\n\r\n", tuple);
    const bool too_large = failure == asio::error::not_found;
    if (failure && !too_large) co_return;
    const auto bytes = too_large ? answer("431 Request Header Fields Too Large", "", "the head is too large\n", true)
                                 : answer_to(s->head, text);
    const std::array both{asio::buffer(bytes.head), asio::buffer(bytes.body)};
    co_await asio::async_write(s->socket, both, tuple);
    error_code ignored;
    s->socket.shutdown(asio::socket_base::shutdown_send, ignored);
    // Closing with bytes unread would reset the connection, and the client might not see the answer.
    for (std::size_t drained = 0; drained < longest_head;) {
        const auto [end, n] = co_await s->socket.async_read_some(asio::buffer(s->head), tuple);
        if (end) break;
        drained += n;
    }
}

}  // namespace

struct metrics_endpoint::state {
    explicit state(std::function<std::string()> t) : text(std::move(t)) {}

    std::uint16_t listen(const std::string& address, std::uint16_t port);
    runtime::task<> accept();
    void begin(const std::shared_ptr<scrape>& s);

    const std::function<std::string()> text;
    asio::io_context ctx{1};
    asio::basic_socket_acceptor<asio::ip::tcp, runtime::executor> listening{ctx.get_executor()};
    std::list<std::shared_ptr<scrape>> scrapes;  // the oldest first
    std::uint16_t port = 0;
    std::thread thread;
};

std::uint16_t metrics_endpoint::state::listen(const std::string& address, std::uint16_t requested) {
    const asio::ip::tcp::endpoint where(asio::ip::make_address(address), requested);
    listening.open(where.protocol());
    listening.set_option(asio::socket_base::reuse_address(true));
    // "::" accepts IPv4 as well, whatever the system's default.
    if (where.address().is_v6()) listening.set_option(asio::ip::v6_only(false));
    listening.bind(where);
    listening.listen();
    return listening.local_endpoint().port();
}

runtime::task<> metrics_endpoint::state::accept() {
    for (;;) {
        auto [failure, socket] = co_await listening.async_accept(tuple);
        if (failure) {
            // Out of descriptors, most likely: retrying immediately would only spin.
            co_await runtime::sleep_for(pause_after_accept_error);
        } else {
            begin(std::make_shared<scrape>(std::move(socket)));
        }
    }
}

void metrics_endpoint::state::begin(const std::shared_ptr<scrape>& s) {
    if (scrapes.size() >= most_scrapes) {
        scrapes.front()->end();
        scrapes.pop_front();
    }
    scrapes.push_back(s);
    s->deadline.async_wait([s](const error_code& cancelled) {
        if (!cancelled) s->end();
    });
    // A failed scrape (out of memory, for instance) affects only its client.
    asio::co_spawn(ctx, serve(s, text), [this, s](const std::exception_ptr&) {
        s->end();
        s->deadline.cancel();
        scrapes.remove(s);
    });
}

metrics_endpoint::metrics_endpoint(const std::string& address, std::uint16_t port, std::function<std::string()> text)
    : state_(std::make_unique<state>(std::move(text))) {
    try {
        state_->port = state_->listen(address, port);
    } catch (const boost::system::system_error& e) {
        throw std::runtime_error("cannot serve metrics on " + address + " port " + std::to_string(port) + ": " +
                                 error_code(e.code().value(), e.code().category()).message() +
                                 "; choose another with METRICS_ADDRESS and METRICS_PORT (0: a free one)");
    }
    // Without it no scrape would be served any more: its failure ends the process.
    asio::co_spawn(state_->ctx, state_->accept(), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
    state_->thread = std::thread([s = state_.get()] { s->ctx.run(); });
}

metrics_endpoint::~metrics_endpoint() {
    state_->ctx.stop();
    state_->thread.join();
}

std::uint16_t metrics_endpoint::port() const { return state_->port; }

}  // namespace tidings::observe
