#include "service.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <stdexcept>

#include "support/servers.hpp"
#include "support/tcp_stream.hpp"

namespace tidings::test {

using namespace std::chrono_literals;
using support::tcp_stream;

namespace {

constexpr auto header_timeout = 10s;  // of http::server_options

support::process::options program(const std::string& name, std::map<std::string, std::string> environment,
                                  std::uint16_t port, std::uint16_t metrics_port, const std::filesystem::path& log) {
    environment.insert({{"PORT", std::to_string(port)},
                        {"METRICS_PORT", std::to_string(metrics_port)},
                        {"API_TOKEN", service::token},
                        {"ALLOWED_HOSTS", "tidings.example"}});
    return {.argv = {"prlimit", "--nofile=" + std::to_string(service::descriptors), support::program(name)},
            .environment = std::move(environment),
            .log = log,
            .user = {}};
}

bool is_behind_token(const openapi::operation& o) { return o.path.starts_with("/api/"); }

}  // namespace

service::service(const std::string& name, std::map<std::string, std::string> environment)
    : operations_(openapi::operations_of(name)),
      port_(support::free_port()),
      metrics_port_(support::free_port()),
      process_(program(name, std::move(environment), port_, metrics_port_, dir_.path() / "log")) {
    const bool ready = support::eventually([this] {
        try {
            return support::http_call("GET", "http://127.0.0.1:" + std::to_string(port_) + "/readyz").status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    });
    if (!ready) throw std::runtime_error(name + " did not become ready: " + process_.output());
}

std::string service::bytes(const openapi::operation& o, const std::string& value, const raw_request& r,
                           bool with_token) const {
    auto path = o.path;
    for (const auto& [name, fixed] : always_)
        if (const auto begin = path.find(name); begin != path.npos) path.replace(begin, name.size(), fixed);
    for (auto begin = path.find('{'); begin != path.npos; begin = path.find('{'))
        path.replace(begin, path.find('}') - begin + 1, value.empty() ? "none" : value);
    auto text = o.method + ' ' + path + r.line_end + "\r\n";
    if (r.headers.find("Host:") == r.headers.npos) text += "Host: 127.0.0.1\r\n";
    if (with_token) text += std::string("Authorization: Bearer ") + token + "\r\n";
    return text + "Connection: close\r\n" + r.headers + "\r\n" + r.body;
}

void service::note(const std::string& operation, const std::string& response) {
    if (!response.starts_with("HTTP/1.1 ")) throw std::runtime_error(operation + ": no response: " + response);
    seen_[operation].insert(static_cast<unsigned>(std::stoul(response.substr(9, 3))));
}

std::string service::placed(const std::string& operation) const {
    constexpr std::string_view api = " /api/";
    const auto at = operation.find(api);
    if (below_.empty() || at == operation.npos) return operation;
    auto other = operation;
    other.replace(at + 1, api.size() - 2, below_);
    const bool there =
        std::any_of(operations_.begin(), operations_.end(), [&](const auto& o) { return o.name() == other; });
    return there ? other : operation;
}

std::string service::send(const std::string& operation, const std::string& value, const raw_request& r, bool with_token,
                          std::chrono::milliseconds limit) {
    const auto name = placed(operation);
    const auto o =
        std::find_if(operations_.begin(), operations_.end(), [&](const auto& other) { return other.name() == name; });
    if (o == operations_.end()) throw std::runtime_error("openapi.yaml has no " + operation);
    auto response = support::raw_exchange(port_, bytes(*o, value, r, with_token), limit);
    note(name, response);
    return response;
}

void service::provoke_refusals(const std::string& value) {
    const raw_request refused[] = {
        {.headers = "Content-Length: x\r\n"},                                                   // 400
        {.headers = "Content-Type: application/json\r\nContent-Length: 100000000\r\n"},         // 413
        {.line_end = '?' + std::string(17'000, 'x') + " HTTP/1.1", .headers = {}, .body = {}},  // 414
        {.headers = "Content-Length: 2\r\nExpect: something\r\n"},                              // 417
        {.headers = "Host: evil.example\r\n"},                                                  // 421
        {.headers = "X-Large: " + std::string(20'000, 'x') + "\r\n"},                           // 431
        {.headers = "Transfer-Encoding: gzip\r\n"},                                             // 501
        {.line_end = " HTTP/3.0", .headers = {}, .body = {}},                                   // 505
    };
    for (const auto& o : operations_) {
        for (const auto& r : refused)
            send(o.name(), value, r);
        if (is_behind_token(o)) send(o.name(), value, {}, false);
    }
    provoke_timeouts(value);
    provoke_too_many_connections(value);
}

// All concurrently, since each waits.
void service::provoke_timeouts(const std::string& value) {
    std::vector<std::future<std::string>> late;
    for (const auto& o : operations_) {
        auto unfinished = bytes(o, value, {}, true);
        unfinished.resize(unfinished.size() - 2);
        late.push_back(std::async(std::launch::async, support::raw_exchange, port_, unfinished, header_timeout + 10s));
    }
    for (std::size_t i = 0; i < operations_.size(); ++i)
        note(operations_[i].name(), late[i].get());
}

void service::provoke_too_many_connections(const std::string& value) {
    const auto deadline = tcp_stream::clock::now() + 30s;
    const auto port = std::to_string(port_);
    std::vector<std::unique_ptr<tcp_stream>> idle;
    for (std::size_t i = 0; i < descriptors; ++i)
        idle.push_back(std::make_unique<tcp_stream>("127.0.0.1", port, deadline));
    for (const auto& o : operations_) {
        tcp_stream one_more("127.0.0.1", port, deadline);
        one_more.write(bytes(o, value, {}, true));
        std::string response;
        while (one_more.read_some(response))
            continue;
        note(o.name(), response);
    }
}

std::vector<std::string> service::differences() const {
    std::vector<std::string> all;
    for (const auto& o : operations_) {
        auto expected = o.statuses;
        expected.erase(500);
        const auto found = seen_.find(o.name());
        const auto seen = found == seen_.end() ? std::set<unsigned>{} : found->second;
        for (const auto status : expected)
            if (!seen.contains(status)) all.push_back(o.name() + ": nothing provokes " + std::to_string(status));
        for (const auto status : seen)
            if (!expected.contains(status)) all.push_back(o.name() + ": undocumented " + std::to_string(status));
    }
    return all;
}

void service::add_seen(const service& other) {
    for (const auto& [operation, statuses] : other.seen_)
        seen_[operation].insert(statuses.begin(), statuses.end());
}

raw_request json(const std::string& body, const std::string& type) {
    return {.headers = "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
            .body = body};
}

}  // namespace tidings::test
