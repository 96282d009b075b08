// A real HTTP server in place of what a test does not have (Wikipedia, a Pushgateway) or cannot make fail at will
// (the backend): it responds as instructed and records the requests.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/server/server.hpp"
#include "support/process.hpp"
#include "support/servers.hpp"

namespace tidings::todo_cron_test {

inline const std::string random_page = "/wiki/Special:Random";
inline const std::string todos = "/api/todos";
inline const std::string pushed = "/metrics/job/todo-cron";

class stand_in {
  public:
    explicit stand_in(std::uint16_t port = 0);
    ~stand_in();
    stand_in(const stand_in&) = delete;
    stand_in& operator=(const stand_in&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    // The next response at `path`; the last one is repeated. Status 0: never responds. Without any: 404.
    void answer(const std::string& path, http::response r);
    // A redirect of the random page.
    void redirect(const std::string& location);
    std::vector<http::request> requests(const std::string& path) const;

  private:
    runtime::task<http::response> serve(http::request& r);
    http::response next_answer(const http::request& r);

    mutable std::mutex mutex_;
    std::map<std::string, std::deque<http::response>> answers_;
    std::vector<http::request> requests_;
    runtime::asio::io_context ctx_;
    std::optional<http::server> server_;
    std::uint16_t port_;
    std::thread thread_;
};

http::response status(unsigned code, std::vector<std::pair<std::string, std::string>> headers = {});

struct ended {
    int code = -1;
    std::string output;
};

// todo-cron against `world` for everything, with short pauses; `settings` are added or replaced.
support::process start_cron(const stand_in& world, const support::temp_dir& dir,
                            const std::map<std::string, std::string>& settings = {},
                            const std::vector<std::string>& arguments = {});
ended run_cron(const stand_in& world, const std::map<std::string, std::string>& settings = {},
               const std::vector<std::string>& arguments = {});

}  // namespace tidings::todo_cron_test
