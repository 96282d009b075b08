#include "stand_in.hpp"

#include <stdexcept>

#include "http/message/problem.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_cron_test {

using namespace std::chrono_literals;

stand_in::stand_in(std::uint16_t port) {
    http::router routes;
    const auto serve_here = [this](http::request& r) { return serve(r); };
    routes.add(http::method::get, random_page, serve_here);
    routes.add(http::method::get, "/moved/{page}", serve_here);
    routes.add(http::method::post, todos, serve_here);
    routes.add(http::method::put, pushed, serve_here);
    routes.add(http::method::post, pushed, serve_here);
    http::server_options options;
    options.address = "127.0.0.1";
    options.port = port;
    server_.emplace(ctx_, options, routes);
    port_ = server_->port();
    thread_ = std::thread([this] { ctx_.run(); });
}

stand_in::~stand_in() {
    ctx_.stop();
    thread_.join();
}

void stand_in::answer(const std::string& path, http::response r) {
    const std::lock_guard lock(mutex_);
    answers_[path].push_back(std::move(r));
}

void stand_in::redirect(const std::string& location) { answer(random_page, status(302, {{"Location", location}})); }

std::vector<http::request> stand_in::requests(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    std::vector<http::request> found;
    for (const auto& r : requests_)
        if (r.path == path) found.push_back(r);
    return found;
}

runtime::task<http::response> stand_in::serve(http::request& r) {
    http::response answer = next_answer(r);
    if (http::status_of(answer) == 0) co_await runtime::sleep_for(1h);
    co_return answer;
}

http::response stand_in::next_answer(const http::request& r) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(r);
    auto& queue = answers_[r.path];
    if (queue.empty()) return http::problem(404, "nothing here");
    http::response answer = queue.front();
    if (queue.size() > 1) queue.pop_front();
    return answer;
}

http::response status(unsigned code, std::vector<std::pair<std::string, std::string>> headers) {
    auto r = code >= 400 ? http::problem(code, "as the test wants it") : http::content{};
    r.status = code;
    for (auto& h : headers)
        r.headers.push_back(std::move(h));
    return r;
}

support::process start_cron(const stand_in& world, const support::temp_dir& dir,
                            const std::map<std::string, std::string>& settings,
                            const std::vector<std::string>& arguments) {
    std::map<std::string, std::string> environment = settings;
    environment.insert({{"BACKEND_URL", world.url()},
                        {"WIKIPEDIA_URL", world.url() + random_page},
                        {"METRICS_PORT", "0"},
                        {"SCHEDULED_AT", "2026-01-31T12:34:56Z"},
                        {"RETRY_PAUSE", "5ms"},
                        {"LONGEST_RETRY_PAUSE", "20ms"},
                        {"RUN_TIMEOUT", "20s"}});
    std::vector<std::string> argv{support::program("todo-cron")};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return support::process({.argv = argv, .environment = environment, .log = dir.path() / "log", .user = {}});
}

ended run_cron(const stand_in& world, const std::map<std::string, std::string>& settings,
               const std::vector<std::string>& arguments) {
    const support::temp_dir dir;
    auto cron = start_cron(world, dir, settings, arguments);
    const auto code = cron.wait(30s);
    if (!code) throw std::runtime_error("todo-cron did not end: " + cron.output());
    return {*code, cron.output()};
}

}  // namespace tidings::todo_cron_test
