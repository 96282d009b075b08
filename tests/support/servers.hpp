// Real servers for tests, each on a free loopback port with its data in a temp_dir; restartable on the same port and
// data.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/http_answer.hpp"
#include "support/process.hpp"

namespace tidings::support {

// PostgreSQL >= 15. The cluster is initdb'ed once per build tree and copied, so that a start takes well under a second.
class postgres_server {
  public:
    postgres_server();  // started and accepting connections, database "tidings"
    // A standby that follows the primary at this port, started and accepting reads.
    struct follow {
        std::uint16_t primary_port;
    };
    explicit postgres_server(follow primary);
    ~postgres_server();
    std::string url() const;  // postgresql://tidings@127.0.0.1:<port>/tidings
    std::uint16_t port() const { return port_; }
    void kill();   // SIGKILL to the postmaster and all its children: a crash
    void stop();   // fast shutdown
    void start();  // again, on the same port and data; returns when it accepts connections
    pid_t pid() const;

  private:
    void start_on_free_port();

    temp_dir dir_;
    std::uint16_t port_;
    std::optional<process> server_;
};

class nats_server {
  public:
    static constexpr auto current = "nats-server";  // the program under test: the first in PATH
    // Those from which the current one must take over a store: of $NATS_SERVERS_BEFORE, paths with colons between them.
    // Without it the current one alone.
    static std::vector<std::string> versions_before();

    explicit nats_server(bool jetstream = true, std::string file_store = "20GB",  // its max_file_store
                         std::string program = current);
    ~nats_server();
    std::string url() const;  // nats://127.0.0.1:<port>
    std::uint16_t port() const { return port_; }
    std::uint16_t monitor_port() const { return monitor_port_; }
    void kill();
    void stop();
    void start();
    // Pre: stopped. The next start is the current version's.
    void upgrade() { program_ = current; }
    pid_t pid() const;

  private:
    temp_dir dir_;
    bool jetstream_;
    std::string file_store_, program_;
    std::uint16_t port_, monitor_port_;
    std::optional<process> server_;
};

// The path of a program of this build: program("todo-be"). From $TIDINGS_BIN, else beside the test programs (../bin).
std::string program(const std::string& name);

// A blocking HTTP/1.1 exchange on its own connection. Throws std::runtime_error unless the response is complete.
http_answer http_call(const std::string& method, const std::string& url, const std::string& body = {},
                      const std::vector<std::pair<std::string, std::string>>& headers = {});
// Sends raw bytes to 127.0.0.1:port and reads until the peer closes or `limit` passes.
std::string raw_exchange(std::uint16_t port, const std::string& bytes,
                         std::chrono::milliseconds limit = std::chrono::seconds(5));
// The value of one time series in Prometheus text: metric_value(text, "todo_outbox_pending") or with labels
// "broadcaster_webhook_requests_total{endpoint=\"a\",outcome=\"ok\"}". nullopt if absent.
std::optional<double> metric_value(const std::string& text, const std::string& series);

}  // namespace tidings::support
