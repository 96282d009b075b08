#include "http/server/session_io.hpp"

#include <boost/asio/as_tuple.hpp>

namespace tidings::http {

namespace asio = runtime::asio;

namespace {

constexpr std::size_t write_step = 64 * std::size_t{1024};

}  // namespace

due when_late(phase p) {
    switch (p) {
        case phase::reading_head:
        case phase::reading_body:
            return due::end_read;
        case phase::handling:
            return due::answer_for_handler;
        case phase::abandoned:
        case phase::awaiting_piece:
        case phase::taken:
            return due::nothing;
        case phase::idle:
        case phase::writing:
        case phase::lingering:
            return due::cut;
    }
    return due::nothing;
}

void session_io::enter_until(phase p, runtime::time_point deadline) {
    phase_ = p;
    since_ = std::chrono::steady_clock::now();
    deadline_ = deadline;
}

due session_io::what_is_due(runtime::time_point now) const {
    return now < deadline_ ? due::nothing : when_late(phase_);
}

runtime::task<std::string_view> session_io::read(std::string& buffer) {
    boost::system::error_code ec = asio::error::would_block;
    std::size_t n = 0;
    while (ec == asio::error::would_block) {
        const auto [failure] =
            co_await socket_.async_wait(asio::socket_base::wait_read, asio::as_tuple(runtime::use_task));
        if (failure || late_ || cut_) co_return std::string_view{};
        n = socket_.read_some(asio::buffer(buffer), ec);
    }
    co_return ec ? std::string_view{} : std::string_view(buffer.data(), n);
}

bool session_io::write_some(outgoing& out) {
    boost::system::error_code ec;
    out.consume(socket_.write_some(out.parts(), ec));
    broken_ = ec && ec != asio::error::would_block;
    return !broken_;
}

runtime::task<bool> session_io::write(outgoing out, std::chrono::milliseconds limit) {
    enter(phase::writing, limit);
    auto left_at_step = out.size();
    while (write_some(out)) {
        if (out.empty()) co_return true;
        if (left_at_step - out.size() >= write_step) {
            left_at_step = out.size();
            enter(phase::writing, limit);
        }
        const auto [failure] =
            co_await socket_.async_wait(asio::socket_base::wait_write, asio::as_tuple(runtime::use_task));
        if (failure || cut_) break;
    }
    broken_ = true;
    co_return false;
}

void session_io::end_read() {
    late_ = true;
    socket_.cancel();
}

void session_io::cut() {
    cut_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void session_io::limit_send_buffer(int bytes) {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::send_buffer_size(bytes), ignored);
}

bool session_io::peer_has_left() {
    char byte = 0;
    return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

}  // namespace tidings::http
