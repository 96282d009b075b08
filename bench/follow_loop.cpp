// Follows the change feed with many streams over a while, and measures how long each event takes from its own time,
// which is before its commit, to each stream.
//
// usage: follow_loop PORT STREAMS SECONDS PATH [ACCEPT]
// Prints one line "open" when all streams are, and at the end one of JSON.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ids/timestamp.hpp"
#include "runtime/task.hpp"

namespace {

using namespace tidings;
namespace asio = runtime::asio;
using socket_type = asio::basic_stream_socket<asio::ip::tcp, runtime::executor>;

struct tally {
    std::vector<float> milliseconds;
    std::size_t open = 0, wanted = 0, ended = 0;
};

void note(tally& t, std::string_view bytes) {
    constexpr std::string_view mark = "\"time\":\"";
    const auto now = ids::now();
    for (auto at = bytes.find(mark); at != bytes.npos; at = bytes.find(mark, at + 1)) {
        const auto begin = at + mark.size();
        const auto time = ids::parse_timestamp(bytes.substr(begin, bytes.find('"', begin) - begin));
        if (time) t.milliseconds.push_back(std::chrono::duration<float, std::milli>(now - *time).count());
    }
}

// Counts an event when its end has come; `text` keeps what has not.
void take_whole(tally& t, std::string& text, bool messages) {
    const auto end = messages ? text.size() : text.rfind("\n\n");
    if (end == std::string::npos) return;
    note(t, std::string_view(text).substr(0, end));
    text.erase(0, end);
}

runtime::task<> follow(tally& t, std::uint16_t port, std::string request, bool messages) {
    socket_type socket(co_await asio::this_coro::executor);
    co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, runtime::use_task);
    co_await asio::async_write(socket, asio::buffer(request), runtime::use_task);
    std::string text;
    static std::vector<char> buffer(256 * 1024);
    boost::system::error_code ec;
    socket.non_blocking(true);
    bool counted = false;
    for (;;) {
        co_await socket.async_wait(asio::socket_base::wait_read, runtime::use_task);
        const auto n = socket.read_some(asio::buffer(buffer), ec);
        if (ec == asio::error::would_block) continue;
        if (ec) break;
        text.append(buffer.data(), n);
        if (!counted && ++t.open == t.wanted) std::cout << "open" << std::endl;
        counted = true;
        take_whole(t, text, messages);
    }
    ++t.ended;
}

float quantile(std::vector<float>& sorted, double q) {
    return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) return 2;
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    tally t;
    t.wanted = static_cast<std::size_t>(std::atoi(argv[2]));
    const std::string path = argv[4];
    const bool messages = path.starts_with("/api/ws");
    std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    request += messages ? "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        : "Accept: text/event-stream\r\n";
    asio::io_context ctx{1};
    for (std::size_t i = 0; i < t.wanted; ++i)
        asio::co_spawn(ctx, follow(t, port, request + "\r\n", messages), asio::detached);
    ctx.run_for(std::chrono::seconds(std::atoi(argv[3])));
    std::sort(t.milliseconds.begin(), t.milliseconds.end());
    std::cout << "{\"open\":" << t.open << ",\"ended\":" << t.ended << ",\"events\":" << t.milliseconds.size()
              << ",\"p50_ms\":" << quantile(t.milliseconds, 0.5) << ",\"p99_ms\":" << quantile(t.milliseconds, 0.99)
              << ",\"max_ms\":" << quantile(t.milliseconds, 1) << "}\n";
}
