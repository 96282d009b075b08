#include "socket_client.hpp"

namespace tidings::todo_be_test {

namespace {

constexpr const char* mask = "\x11\x22\x33\x44";

std::string length_of(std::size_t size) {
    constexpr unsigned masked = 0x80;
    if (size < 126) return {static_cast<char>(masked | size)};
    if (size < 65'536)
        return {static_cast<char>(masked | 126U), static_cast<char>(size >> 8U), static_cast<char>(size)};
    std::string out{static_cast<char>(masked | 127U)};
    for (int shift = 56; shift >= 0; shift -= 8)
        out += static_cast<char>(size >> static_cast<unsigned>(shift));
    return out;
}

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }

}  // namespace

socket_client::socket_client(std::uint16_t port, const std::string& query, const headers& more)
    : stream_("127.0.0.1", std::to_string(port), support::tcp_stream::clock::now() + std::chrono::seconds(20)) {
    std::string request = "GET " + (query.starts_with('/') ? query : "/api/ws" + query) +
                          " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (const auto& [name, value] : more)
        request += name + ": " + value + "\r\n";
    stream_.write(request + "\r\n");
    while (raw_.find("\r\n\r\n") == std::string::npos && stream_.read_some(raw_))
        continue;
    const auto end = raw_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    answer_.status = std::stoi(raw_.substr(9, 3));
    for (auto at = raw_.find("\r\n") + 2; at < end;) {
        const auto line = raw_.substr(at, raw_.find("\r\n", at) - at);
        at += line.size() + 2;
        answer_.headers.emplace_back(line.substr(0, line.find(": ")), line.substr(line.find(": ") + 2));
    }
    raw_.erase(0, end + 4);
}

void socket_client::send(unsigned first, const std::string& payload) {
    std::string out{static_cast<char>(first)};
    out += length_of(payload.size());
    out += mask;
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(payload[i] ^ mask[i % 4]);
    stream_.write(out);
}

bool socket_client::need(std::size_t bytes) {
    while (raw_.size() < bytes)
        if (!stream_.read_some(raw_)) return false;
    return true;
}

std::optional<frame> socket_client::receive() {
    if (!need(2)) return std::nullopt;
    std::size_t head = 2;
    std::size_t size = byte_of(raw_[1]);
    const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (!need(head + more)) return std::nullopt;
    if (more > 0) size = 0;
    for (std::size_t i = 0; i < more; ++i)
        size = size << 8U | byte_of(raw_[head + i]);
    head += more;
    if (!need(head + size)) return std::nullopt;
    frame f{byte_of(raw_[0]), raw_.substr(head, size)};
    raw_.erase(0, head + size);
    return f;
}

unsigned socket_client::close_code() {
    while (auto f = receive())
        if (f->first == (fin | closing) && f->payload.size() >= 2)
            return byte_of(f->payload[0]) << 8U | byte_of(f->payload[1]);
    return 0;
}

}  // namespace tidings::todo_be_test
