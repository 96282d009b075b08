#include "http/server/websocket.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "http/message/problem.hpp"
#include "http/server/taken_connection.hpp"
#include "runtime/task_group.hpp"
#include "text/ascii.hpp"

namespace tidings::http {

namespace {

using namespace std::chrono_literals;
namespace asio = runtime::asio;
namespace beast = boost::beast;
using stream_type = beast::websocket::stream<tcp_socket&>;

constexpr auto handshake_time = 2s;  // of the opening, and of the closing, with the end of the connection
constexpr auto last_words = 1s;
constexpr auto use_tuple = asio::as_tuple(runtime::use_task);

// A deflate window of 15 bits is 256 KB for each connection; one of 11 bits finds nearly as much within a message.
beast::websocket::permessage_deflate deflate_options(const websocket_options& o) {
    beast::websocket::permessage_deflate d;
    d.server_enable = true;
    d.server_max_window_bits = 11;
    d.client_max_window_bits = 11;
    d.compLevel = 6;
    d.memLevel = 4;
    d.msg_size_threshold = o.compress_from;
    return d;
}

beast::http::request<beast::http::empty_body> handshake_of(const request& r) {
    beast::http::request<beast::http::empty_body> out(beast::http::verb::get, r.target, 11);
    for (const auto& [name, value] : r.headers)
        if (name != "connection") out.insert(name, value);
    out.set(beast::http::field::connection, "upgrade");  // was looked for in all of its lines
    return out;
}

class beast_websocket final : public websocket {
  public:
    beast_websocket(tcp_socket& socket, const websocket_options& o) : stream_(socket) {
        beast::websocket::stream_base::timeout t{handshake_time, o.silence, true};
        stream_.set_option(t);
        stream_.set_option(deflate_options(o));
        stream_.read_message_max(o.message_limit);
        stream_.auto_fragment(false);
        stream_.text(true);
        // read() would see it only when the client has closed its end as well.
        stream_.control_callback([this](beast::websocket::frame_type kind, beast::string_view) {
            if (kind == beast::websocket::frame_type::close) note_over();
        });
        boost::system::error_code ignored;
        if (o.send_buffer > 0) socket.set_option(asio::socket_base::send_buffer_size(o.send_buffer), ignored);
    }

    runtime::task<bool> accept(const request& r) {
        stream_.set_option(beast::websocket::stream_base::decorator([&r](beast::websocket::response_type& answer) {
            answer.erase(beast::http::field::server);
            answer.set("X-Request-Id", r.context.request_id);
        }));
        const auto handshake = handshake_of(r);
        const auto [failure] = co_await stream_.async_accept(handshake, use_tuple);
        co_return !failure;
    }

    // Until the connection is over.
    runtime::task<> read() {
        beast::flat_buffer message;
        for (;;) {
            const auto [failure, size] = co_await stream_.async_read(message, use_tuple);
            if (failure) break;
            message.consume(size);
            if (!stream_.got_binary()) continue;
            co_await end(beast::websocket::close_code::unknown_data, "only text is understood");
            break;
        }
        note_over();
    }

    runtime::task<bool> send(std::string_view text) override {
        if (over_) co_return false;
        const auto [failure, size] = co_await stream_.async_write(asio::buffer(text), use_tuple);
        co_return !failure;
    }

    runtime::task<> close(std::uint16_t code, std::string_view reason) override {
        if (!over_) co_await end(static_cast<beast::websocket::close_code>(code), reason);
    }

    void on_over(std::function<void()> f) override { on_over_ = std::move(f); }

  private:
    void note_over() {
        over_ = true;
        if (const auto f = std::exchange(on_over_, nullptr)) f();
    }

    runtime::task<> end(beast::websocket::close_code code, std::string_view reason) {
        over_ = true;
        if (!stream_.is_open()) co_return;
        const beast::websocket::close_reason why(code, beast::string_view(reason.data(), reason.size()));
        co_await stream_.async_close(why, use_tuple);
    }

    stream_type stream_;
    bool over_ = false;
    std::function<void()> on_over_;
};

runtime::task<> serve(taken_connection& c, websocket_options options, std::function<runtime::task<>(websocket&)> body) {
    beast_websocket ws(c.socket, options);
    // A client may send nothing before it has the answer.
    if (!c.received.empty() || !co_await ws.accept(c.upgrade)) co_return;
    runtime::task_group reading(c.socket.get_executor());
    reading.spawn(ws.read());
    std::exception_ptr failure;
    try {
        co_await body(ws);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state();
    co_await ws.close(failure ? close_going_away : close_normal, {});
    if (!co_await reading.wait(last_words)) {
        boost::system::error_code ignored;
        c.socket.close(ignored);
        co_await reading.wait(last_words);
    }
    if (failure) std::rethrow_exception(failure);
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto item = list.substr(0, end);
        item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
        item = item.substr(0, item.find_last_not_of(" \t") + 1);
        if (text::iequals(item, token)) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

content upgrade_required() {
    auto answer =
        problem(426, "This resource is a WebSocket of version 13 (RFC 6455): ask with the headers of its handshake.");
    answer.headers.insert(answer.headers.end(),
                          {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}});
    return answer;
}

}  // namespace

response accept_websocket(const request& r, websocket_options options,
                          std::function<runtime::task<>(websocket&)> body) {
    const bool upgrade = std::ranges::any_of(r.headers_named("connection"),
                                             [](std::string_view line) { return has_token(line, "upgrade"); });
    const bool asks = upgrade && r.method == method::get && has_token(r.header("upgrade"), "websocket");
    if (!asks || r.header("sec-websocket-version") != "13") return upgrade_required();
    constexpr std::size_t key_size = 24;  // of 16 bytes in base64
    if (r.header("sec-websocket-key").size() != key_size || !r.header("sec-websocket-key").ends_with("=="))
        return problem(400, "Sec-WebSocket-Key is not 16 bytes in base64.");
    takeover t;
    t.status = 101;
    t.sends_head = true;
    t.run = [options, body = std::move(body)](taken_connection& c) { return serve(c, options, body); };
    return t;
}

}  // namespace tidings::http
