#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <stdexcept>

#include "support/servers.hpp"
#include "support/tcp_stream.hpp"

namespace tidings::support {

namespace {

constexpr std::chrono::seconds call_limit(30);

struct target {
    std::string host, port, path;
};

// No URL library: tests request invalid paths.
target split(const std::string& url) {
    const std::string scheme = "http://";
    if (!url.starts_with(scheme)) throw std::runtime_error("not an http URL: " + url);
    const auto slash = std::min(url.find('/', scheme.size()), url.size());
    const auto authority = url.substr(scheme.size(), slash - scheme.size());
    const auto colon = std::min(authority.rfind(':'), authority.size());
    return {authority.substr(0, colon), colon < authority.size() ? authority.substr(colon + 1) : "80",
            slash < url.size() ? url.substr(slash) : "/"};
}

bool has(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view name) {
    return std::ranges::any_of(headers, [&](const auto& h) { return boost::beast::iequals(h.first, name); });
}

// Headers as given, even invalid ones.
std::string write_request(const std::string& method, const target& to, const std::string& body,
                          const std::vector<std::pair<std::string, std::string>>& headers) {
    std::string out = method + ' ' + to.path + " HTTP/1.1\r\nConnection: close\r\n";
    if (!has(headers, "Host")) out += "Host: " + to.host + ':' + to.port + "\r\n";
    for (const auto& [name, value] : headers)
        out += name + ": " + value + "\r\n";
    const bool may_have_body = method == "POST" || method == "PUT" || method == "PATCH" || !body.empty();
    if (may_have_body && !has(headers, "Content-Length") && !has(headers, "Transfer-Encoding")) {
        out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return out + "\r\n" + body;
}

}  // namespace

http_answer http_call(const std::string& method, const std::string& url, const std::string& body,
                      const std::vector<std::pair<std::string, std::string>>& headers) {
    const auto to = split(url);
    tcp_stream stream(to.host, to.port, tcp_stream::clock::now() + call_limit);
    // A server may answer and close before it has read everything (413): its response counts, not our failed write.
    stream.write(write_request(method, to, body, headers));
    std::optional<http_answer> answer;
    do
        answer = stream.read_answer(method == "HEAD" ? tcp_stream::body::none : tcp_stream::body::whole);
    while (answer && answer->status < 200);
    if (!answer) throw std::runtime_error("no whole answer from " + url);
    return *std::move(answer);
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
