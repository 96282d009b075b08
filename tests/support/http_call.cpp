#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "support/servers.hpp"
#include "support/tcp_stream.hpp"

namespace tidings::support {

namespace {

constexpr std::chrono::seconds call_limit(30);

struct target {
    std::string host, port, path;
};

target parse_url(const std::string& url) {
    const std::string scheme = "http://";
    if (!url.starts_with(scheme)) throw std::runtime_error("not an http URL: " + url);
    const auto slash = std::min(url.find('/', scheme.size()), url.size());
    const auto authority = url.substr(scheme.size(), slash - scheme.size());
    const auto colon = authority.rfind(':');
    const auto path = slash == url.size() ? "/" : url.substr(slash);
    if (colon == std::string::npos) return {authority, "80", path};
    return {authority.substr(0, colon), authority.substr(colon + 1), path};
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string write_request(const std::string& method, const target& t, const std::string& body,
                          const std::vector<std::pair<std::string, std::string>>& headers) {
    std::string out = method + ' ' + t.path + " HTTP/1.1\r\nConnection: close\r\n";
    const auto is_host = [](const auto& h) { return lower(h.first) == "host"; };
    if (std::none_of(headers.begin(), headers.end(), is_host)) out += "Host: " + t.host + ':' + t.port + "\r\n";
    const bool framed = std::any_of(headers.begin(), headers.end(), [](const auto& h) {
        return lower(h.first) == "content-length" || lower(h.first) == "transfer-encoding";
    });
    for (const auto& [name, value] : headers)
        out += name + ": " + value + "\r\n";
    if (!framed && (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")) {
        out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return out + "\r\n" + body;
}

std::string until(tcp_stream& stream, std::string& buffer, const std::string& mark) {
    std::size_t at = 0;
    while ((at = buffer.find(mark)) == std::string::npos) {
        if (!stream.read_some(buffer)) throw std::runtime_error("the answer ended early: " + buffer);
    }
    auto before = buffer.substr(0, at);
    buffer.erase(0, at + mark.size());
    return before;
}

std::string exactly(tcp_stream& stream, std::string& buffer, std::size_t size) {
    while (buffer.size() < size) {
        if (!stream.read_some(buffer)) throw std::runtime_error("the answer's body ended early: " + buffer);
    }
    auto bytes = buffer.substr(0, size);
    buffer.erase(0, size);
    return bytes;
}

std::size_t number(const std::string& text, int base) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc()) throw std::runtime_error("not a number in the answer: " + text);
    return value;
}

http_answer parse_head(const std::string& head) {
    http_answer answer;
    auto end = head.find("\r\n");
    if (!head.starts_with("HTTP/1.") || head.size() < 12) throw std::runtime_error("not HTTP: " + head);
    answer.status = static_cast<int>(number(head.substr(9, 3), 10));
    while (end != std::string::npos) {
        const auto start = end + 2;
        end = head.find("\r\n", start);
        const auto line = head.substr(start, end == std::string::npos ? end : end - start);
        const auto colon = line.find(':');
        if (colon == std::string::npos) throw std::runtime_error("not a header: " + line);
        const auto value = line.find_first_not_of(" \t", colon + 1);
        answer.headers.emplace_back(lower(line.substr(0, colon)), value == std::string::npos ? "" : line.substr(value));
    }
    return answer;
}

std::string read_chunks(tcp_stream& stream, std::string& buffer) {
    std::string body;
    for (;;) {
        const auto size = number(until(stream, buffer, "\r\n"), 16);
        body += exactly(stream, buffer, size);
        until(stream, buffer, "\r\n");
        if (size == 0) return body;
    }
}

std::string read_body(tcp_stream& stream, std::string& buffer, const http_answer& answer) {
    if (lower(answer.header("transfer-encoding")) == "chunked") return read_chunks(stream, buffer);
    const auto length = answer.header("content-length");
    if (!length.empty()) return exactly(stream, buffer, number(length, 10));
    while (stream.read_some(buffer))
        continue;
    return buffer;
}

}  // namespace

std::string http_answer::header(const std::string& name) const {
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == lower(name); });
    return found == headers.end() ? std::string() : found->second;
}

http_answer http_call(const std::string& method, const std::string& url, const std::string& body,
                      const std::vector<std::pair<std::string, std::string>>& headers) {
    const auto t = parse_url(url);
    tcp_stream stream(t.host, t.port, tcp_stream::clock::now() + call_limit);
    // A server may answer and close before it has read everything (413): its answer counts, not our failed write.
    stream.write(write_request(method, t, body, headers));
    std::string buffer;
    http_answer answer;
    do {
        answer = parse_head(until(stream, buffer, "\r\n\r\n"));
    } while (answer.status >= 100 && answer.status < 200);
    const bool empty = method == "HEAD" || answer.status == 204 || answer.status == 304;
    if (!empty) answer.body = read_body(stream, buffer, answer);
    return answer;
}

std::string raw_exchange(std::uint16_t port, const std::string& bytes, std::chrono::milliseconds limit) {
    tcp_stream stream("127.0.0.1", std::to_string(port), tcp_stream::clock::now() + limit);
    stream.write(bytes);
    std::string answer;
    while (stream.read_some(answer))
        continue;
    return answer;
}

}  // namespace tidings::support
