#include "page_server.hpp"

#include <fstream>
#include <stdexcept>

namespace tidings::todo_be_test {

page_server::page_server(std::uint16_t backend_port) : port_(support::free_port()) {
    const auto dist = dir_.path() / "dist";
    std::filesystem::create_directory(dist);
    std::ofstream(dist / "index.html") << "<!doctype html><title>page</title>";
    server_.emplace(
        support::process::options{.argv = {TIDINGS_PAGE_NGINX "/start.sh"},
                                  .environment = {{"NGINX_DIR", (dir_.path() / "nginx").string()},
                                                  {"DIST_DIR", dist.string()},
                                                  {"BACKEND_URL", "http://127.0.0.1:" + std::to_string(backend_port)},
                                                  {"BROADCASTER_URL", "http://127.0.0.1:9"},
                                                  {"LISTEN_HOST", "127.0.0.1"},
                                                  {"PORT", std::to_string(port_)},
                                                  {"METRICS_PORT", std::to_string(support::free_port())},
                                                  {"ACCESS_LOG", "off"},
                                                  {"WORKERS", "1"},
                                                  {"NGINX_USER", "root"}},
                                  .log = dir_.path() / "log",
                                  .user = {}});
    const auto answers = [this] {
        try {
            return support::http_call("GET", url() + "/healthz").status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    };
    if (!support::eventually(answers)) throw std::runtime_error("nginx: " + server_->output());
}

page_server::~page_server() { server_->stop(); }

}  // namespace tidings::todo_be_test
