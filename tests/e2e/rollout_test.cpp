// A rolling update as Kubernetes does it (maxSurge 1, maxUnavailable 0, a preStop wait): under a steady load one
// replica after the other is replaced, and neither a request nor an event may be lost.
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "support/catch.hpp"
#include "support/query.hpp"
#include "support/receiver.hpp"
#include "support/servers.hpp"
#include "support/tcp_stream.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

using clock = std::chrono::steady_clock;

constexpr unsigned client_count = 8;
constexpr auto pace = 20ms;  // of each client: 400 requests a second in total
constexpr auto shutdown_timeout = 15s;
constexpr const char* json = "application/json";

std::chrono::milliseconds since(clock::time_point t) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - t);
}

std::string local(std::uint16_t port, const std::string& path) {
    return "http://127.0.0.1:" + std::to_string(port) + path;
}

bool answers(const std::string& url) {
    try {
        return http_call("GET", url).status == 200;
    } catch (const std::exception&) {
        return false;
    }
}

// Of todo-be or broadcaster; started and ready.
struct replica {
    replica(const std::string& name, const std::string& file, std::map<std::string, std::string> environment) {
        environment["PORT"] = std::to_string(port);
        environment["METRICS_PORT"] = std::to_string(free_port());
        child.emplace(process::options{{program(name), "--config", file}, environment, dir.path() / "log", {}});
        const bool ready = eventually([this] { return answers(local(port, "/readyz")); });
        INFO(child->output());
        REQUIRE(ready);
    }

    temp_dir dir;
    std::uint16_t port = free_port();
    std::optional<process> child;
};
using replicas = std::vector<std::unique_ptr<replica>>;

// The Service before todo-be: an nginx that hides no failure.
struct front {
    explicit front(const replicas& behind) {
        configure(behind);
        const std::string at = dir.path(), log = at + "/log";
        server.emplace(process::options{{"nginx", "-p", at, "-c", at + "/conf", "-e", log}, {}, log, {}});
        REQUIRE(eventually([this] { return answers(local(port, "/livez")); }));
    }
    ~front() { server->stop(); }  // SIGKILL would leave its workers behind

    // Routes to these only; returns when workers with the old list have exited.
    void route_to(const replicas& behind) {
        const auto pid = std::to_string(server->pid());
        std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
        const std::vector<std::string> old(std::istream_iterator<std::string>(children), {});
        configure(behind);
        server->signal(SIGHUP);
        const auto gone = [](const std::string& worker) { return !std::filesystem::exists("/proc/" + worker); };
        REQUIRE(eventually([&] { return !old.empty() && std::all_of(old.begin(), old.end(), gone); }));
    }
    void configure(const replicas& behind) const {
        std::ofstream out(dir.path() / "conf");
        out << "daemon off; worker_processes 2; user root; pid pid; events { worker_connections 512; }\n"
            << "http {\n  access_log off; keepalive_requests 1000000;\n  client_body_temp_path a; proxy_temp_path b;\n"
            << "  fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;\n  upstream todo_be {\n    keepalive 16;\n";
        for (const auto& r : behind)
            out << "    server 127.0.0.1:" << r->port << " max_fails=0;\n";
        out << "  }\n  server {\n    listen 127.0.0.1:" << port << ";\n    location / {\n"
            << "      proxy_pass http://todo_be; proxy_next_upstream off; proxy_read_timeout 10s;\n"
            << "      proxy_http_version 1.1; proxy_set_header Connection \"\";\n    }\n  }\n}\n";
    }

    temp_dir dir;
    std::uint16_t port = free_port();
    std::optional<process> server;
};

// A connection for many requests; `open` counts such connections.
struct kept_connection {
    kept_connection(std::uint16_t port, std::atomic<unsigned>& all)
        : stream("127.0.0.1", std::to_string(port), clock::now() + 5min), open(all) {
        ++open;
    }
    ~kept_connection() { --open; }

    // Throws unless the response is complete.
    http_answer ask(const std::string& method, const std::string& path, const std::string& body) {
        stream.write(method + ' ' + path + " HTTP/1.1\r\nHost: front\r\nContent-Type: " + json +
                     "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        auto answer = stream.read_answer();
        if (!answer) throw std::runtime_error("the connection ended");
        return *std::move(answer);
    }

    tcp_stream stream;
    std::atomic<unsigned>& open;
};

// Clients that create to-dos and patch each of them twice, at a steady pace whatever the responses.
struct load {
    explicit load(std::uint16_t to) : port(to) {
        for (unsigned n = 0; n < client_count; ++n)
            threads.emplace_back([this](const std::stop_token& stop) {
                std::optional<kept_connection> kept;
                for (auto due = clock::now(); !stop.stop_requested();)
                    live(kept, due);
            });
    }
    void live(std::optional<kept_connection>& kept, clock::time_point& due) {
        std::string path = "/api/todos", method = "POST";
        for (const std::string version : {"1", "2", "3"}) {
            std::this_thread::sleep_until(due += pace);  // a client's pace, not a test's wait
            try {
                if (!kept && keep) kept.emplace(port, open);
                if (!keep) kept.reset();  // checked again: now it is counted
                const auto body = R"({"title":"version )" + version + "\"}";
                const auto answer = kept ? kept->ask(method, path, body)
                                         : http_call(method, local(port, path), body, {{"Content-Type", json}});
                if (answer.status != (method == "POST" ? 201 : 200)) throw std::runtime_error(answer.body);
                if (method == "POST") path.append("/").append(boost::json::parse(answer.body).at("id").as_string());
                method = "PATCH";
                ++answered;
                const std::lock_guard lock(mutex);
                slowest = std::max(slowest, since(due));
            } catch (const std::exception& e) {
                const std::lock_guard lock(mutex);
                failures.push_back(method + ' ' + path + ": " + e.what());
                return kept.reset();
            }
        }
    }

    const std::uint16_t port;
    std::atomic<bool> keep{true};  // connections
    std::atomic<unsigned> open{0}, answered{0};
    std::mutex mutex;  // of the two below
    std::vector<std::string> failures;
    std::chrono::milliseconds slowest{0};  // answer, from when its request was due
    std::vector<std::jthread> threads;
};

struct world {
    world() {
        std::string yaml = "allow_private_addresses: true\nendpoints:\n";
        for (const std::string order : {"none", "per-key"})
            yaml += "  - {name: " + order + ", url: \"" + hooks.url('/' + order) + "\", ordering: " + order +
                    ", secrets: [" + receiver::secret + "]}\n";
        std::ofstream(dir.path() / "broadcaster") << yaml;
        std::ofstream(dir.path() / "todo-be") << "log_level: info\n";
        for (const char* name : {"todo-be", "todo-be", "broadcaster", "broadcaster"})
            add(name);
        nginx.emplace(running["todo-be"]);
        clients.emplace(nginx->port);
    }
    void add(const std::string& name) {
        const std::map<std::string, std::string> urls{{"DATABASE_URL", postgres.url()}, {"NATS_URL", nats.url()}};
        running[name].push_back(std::make_unique<replica>(name, dir.path() / name, urls));
    }
    // Routes requests to every running todo-be; on return only to those.
    void route() {
        clients->keep = false;  // a reload closes idle connections, even with a request in flight
        REQUIRE(eventually([this] { return clients->open == 0; }));
        nginx->route_to(running["todo-be"]);
        clients->keep = true;
    }
    // Requests succeed, and their events arrive.
    void flow() {
        const unsigned wanted = clients->answered + 300;
        for (const char* path : {"/none", "/per-key"})
            REQUIRE(hooks.wait_for(path, wanted));
    }
    // Replaces the oldest replica.
    void replace(const std::string& name) {
        add(name);
        if (name == "todo-be") route();
        const auto old = std::move(running[name].front());
        running[name].erase(running[name].begin());
        if (name == "todo-be") route();  // the preStop wait: the old one keeps serving meanwhile
        const auto asked = clock::now();
        CHECK(old->child->stop(shutdown_timeout).value_or(-1) == 0);
        longest_stop = std::max(longest_stop, since(asked));
        flow();
    }

    temp_dir dir;
    postgres_server postgres;
    nats_server nats;
    receiver hooks;
    std::map<std::string, replicas> running;
    std::optional<front> nginx;
    std::optional<load> clients;
    std::chrono::milliseconds longest_stop{0};
};

void roll_out(const std::string& service) {
    world w;
    for (int replaced = 0; replaced < 4; ++replaced)
        w.replace(service);
    w.clients->threads.clear();
    const auto ended = clock::now();
    CHECK(w.clients->failures == std::vector<std::string>{});
    std::set<std::string> events;
    for (const auto& row : query(w.postgres.url(), "select id from events"))
        events.insert(row[0]);
    CHECK(events.size() == w.clients->answered);
    WARN(events.size() << " requests, the slowest " << w.clients->slowest.count() << " ms; the longest stop "
                       << w.longest_stop.count() << " ms");
    for (const std::string path : {"/none", "/per-key"}) {
        CHECK(w.hooks.wait_for(path, events.size()));
        const auto count = w.hooks.count(path);
        WARN(path << ": " << count.accepted << " events, " << count.repeated << " duplicates, the last "
                  << since(ended).count() << " ms after the load");
        CHECK((path == "/none" || count.order_violations == 0));
        const auto ids = w.hooks.ids(path);
        CHECK((std::set(ids.begin(), ids.end()) == events));  // all of them, and no other ids
    }
}

}  // namespace

TEST_CASE("a rollout of todo-be under load fails no request and loses no event") { roll_out("todo-be"); }

TEST_CASE("a rollout of broadcaster under load fails no request and loses no event") { roll_out("broadcaster"); }
