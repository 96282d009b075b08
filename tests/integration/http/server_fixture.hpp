// A server on its own thread, and clients that send raw bytes.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/server/server.hpp"
#include "support/tcp_stream.hpp"

namespace tidings::http_test {

using namespace std::chrono_literals;

// Options without limits other than those set by a test.
http::server_options loopback();

// GET and POST /echo (the request as parsed), /slow (responds when released), /stuck (never),
// /fails and /fails-oddly (throw), /silent (no response), /large (8 MiB), /prepared, /pieces/{n}, /waits (a body that
// never ends), /empty (204), and the health routes.
class running_server {
  public:
    // `more` adds routes to those above.
    explicit running_server(http::server_options options = loopback(),
                            const std::function<void(http::router&)>& more = {});
    ~running_server();
    running_server(const running_server&) = delete;
    running_server& operator=(const running_server&) = delete;

    std::uint16_t port() const { return port_; }
    std::size_t connections();
    void release();         // lets /slow continue
    std::size_t waiting();  // handlers of /slow and /stuck that have started
    // Runs stop(limit); returns how long it took.
    void begin_stop(std::chrono::milliseconds limit);
    std::optional<std::chrono::milliseconds> stopped();

    struct seen {
        std::string method, path, pattern, id;
        unsigned status;
    };
    std::vector<seen> served();
    std::vector<std::string> failures();
    void on_loop(const std::function<void()>& f);  // runs it on the loop and waits

  private:
    http::router routes();

    runtime::asio::io_context ctx_;
    // The loop keeps running after the server has stopped, so that tests can query it.
    runtime::asio::executor_work_guard<runtime::executor> work_{ctx_.get_executor()};
    runtime::steady_timer released_;
    std::size_t waiting_ = 0;
    std::optional<std::chrono::milliseconds> stopped_;
    std::vector<seen> served_;
    std::vector<std::string> failures_;
    std::optional<http::server> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

class client {
  public:
    explicit client(std::uint16_t port, std::chrono::milliseconds patience = 20s)
        : until_(std::chrono::steady_clock::now() + patience), stream_("127.0.0.1", std::to_string(port), until_) {}

    void send(const std::string& bytes) { stream_.write(bytes); }

    struct answer {
        int status = 0;                              // 0: the connection ended before the response was complete
        std::map<std::string, std::string> headers;  // names in lower case
        std::string body;
    };
    // The next response; `to_head`: to a HEAD request.
    answer receive(bool to_head = false);
    answer call(const std::string& bytes) {
        send(bytes);
        return receive();
    }
    // Everything until the connection ends.
    std::string rest();
    // True when the server closes the connection without sending more.
    bool closed();

  private:
    std::chrono::steady_clock::time_point until_;
    support::tcp_stream stream_;
};

std::string get(const std::string& path, const std::string& headers = {});
std::string post(const std::string& path, const std::string& body, const std::string& headers = {});

}  // namespace tidings::http_test
