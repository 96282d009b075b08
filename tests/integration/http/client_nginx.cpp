#include "client_nginx.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tidings::test {

namespace {

std::string configuration(const std::string& dir, std::uint16_t port, const std::optional<nginx::certificate>& tls,
                          const std::string& directives) {
    std::string text =
        "daemon off; master_process off; user root; error_log " + dir + "/error.log; pid " + dir + "/pid;\n";
    text += "events { worker_connections 512; }\nhttp {\n  log_format line '$connection $request_length';\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += "  " + std::string(kind) + "_temp_path " + dir + "/" + kind + ";\n";
    text += "  access_log " + dir + "/access.log line;\n  server {\n    listen 127.0.0.1:" + std::to_string(port);
    if (tls) text += " ssl;\n    ssl_certificate " + tls->file.string() + "; ssl_certificate_key " + tls->key.string();
    return text + ";\n    " + directives + "\n    location / { return 204; }\n  }\n}\n";
}

bool accepts(std::uint16_t port) {
    boost::asio::io_context ctx;
    boost::system::error_code failure;
    boost::asio::ip::tcp::socket(ctx).connect({boost::asio::ip::address_v4::loopback(), port}, failure);
    return !failure;
}

}  // namespace

nginx::nginx(const std::optional<certificate>& tls, const std::string& directives) : port_(support::free_port()) {
    const auto dir = dir_.path().string();
    std::ofstream(dir + "/nginx.conf") << configuration(dir, port_, tls, directives);
    server_.emplace(support::process::options{
        .argv = {"/usr/sbin/nginx", "-c", dir + "/nginx.conf", "-p", dir, "-e", dir + "/error.log"},
        .environment = {},
        .log = dir_.path() / "output.log",
        .user = {}});
    if (!support::eventually([this] { return accepts(port_); }))
        throw std::runtime_error("nginx: " + server_->output());
}

std::string nginx::access_log() const {
    std::ifstream file(dir_.path() / "access.log");
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tidings::test
