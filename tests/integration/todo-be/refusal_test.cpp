// Invalid input: each kind gets a clear error, and the service keeps running.
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/tcp_stream.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

TEST_CASE("each invalid field is reported with its path") {
    const servers world;
    const auto be = world.start();
    const auto problem = json_of(be.post(R"({"done":"x","labels":["a","a"],"color":1})"));
    std::vector<std::string> fields;
    for (const auto& e : problem.at("errors").as_array())
        fields.push_back(text_of(e.as_object().at("field")));
    CHECK(fields == std::vector<std::string>{"/done", "/labels/1", "/color", "/title"});
}

TEST_CASE("a failed If-None-Match is not reported as If-Match") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    const auto refused = be.patch(id, R"({"title":"bread"})", {{"If-None-Match", "*"}});
    CHECK(is_problem(refused, 412));
    CHECK(text_of(json_of(refused).at("detail")).starts_with("If-None-Match"));
    CHECK(text_of(be.get(id).at("title")) == "milk");
}

TEST_CASE("If-Match can be required of who changes a to-do") {
    const servers world;
    const auto be = world.start({.environment = {{"REQUIRE_IF_MATCH", "true"}}});
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    const auto path = "/api/todos/" + id;
    const headers json{{"Content-Type", "application/json"}};
    const auto refused = be.patch(id, R"({"title":"bread"})");
    CHECK(is_problem(refused, 428));
    CHECK(text_of(json_of(refused).at("title")) == "Precondition Required");
    CHECK(is_problem(be.call("PUT", path, R"({"title":"bread"})", json), 428));
    CHECK(is_problem(be.call("DELETE", path), 428));
    CHECK(is_problem(be.call("DELETE", path, {}, {{"If-None-Match", "\"7\""}}), 428));
    CHECK(be.call("GET", path).status == 200);
    CHECK(be.patch(id, R"({"title":"bread"})", {{"If-Match", "\"1\""}}).status == 200);
    CHECK(be.patch(id, R"({"title":"eggs"})", {{"If-Match", "*"}}).status == 200);
    const auto batch = [&](const std::string& version) {
        return be.call("POST", "/api/todos:batch",
                       R"({"operations":[{"op":"delete","id":")" + id + '"' + version + "}]}", json);
    };
    CHECK(is_problem(batch(""), 422));
    CHECK(batch(R"(,"version":3)").status == 200);
}

TEST_CASE("OPTIONS and 415 list the accepted media types") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    const auto options = be.call("OPTIONS", "/api/todos/" + id);
    CHECK(options.status == 204);
    CHECK(options.header("allow") == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    CHECK(options.header("accept-patch") ==
          "application/merge-patch+json, application/json, application/json-patch+json");
    CHECK(be.call("OPTIONS", "/api/todos").header("accept-post") == "application/json");
    CHECK(be.patch(id, "{}", {{"Content-Type", "text/plain"}}).header("accept-patch") ==
          options.header("accept-patch"));
    CHECK(
        be.post("{}", {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}).header("accept-encoding") ==
        "identity");
}

TEST_CASE("errors in the head are reported before 100 Continue") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    const auto told = [](std::uint16_t port, const std::string& line, const std::string& header) {
        const auto head = line + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n" + header;
        return support::raw_exchange(port, head + "\r\n").substr(9, 3);
    };
    const std::string gzipped = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    CHECK(told(be.port(), "POST /api/todos", "") == "415");
    CHECK(told(be.port(), "POST /api/todos", gzipped) == "415");
    CHECK(told(be.port(), "PATCH /api/todos/" + id, "Content-Type: text/plain\r\n") == "415");
    CHECK(told(be.port(), "PUT /api/todos/" + id, gzipped) == "415");
    const auto guarded = world.start({.environment = {{"API_TOKEN", "secret"}}});
    CHECK(told(guarded.port(), "POST /api/todos", "Content-Type: application/json\r\n") == "401");
}

TEST_CASE("shared caches do not store API responses") {
    const servers world;
    const auto be = world.start();
    const auto created = be.post(R"({"title":"milk"})");
    const auto item = "/api/todos/" + id_of(created);
    CHECK(created.header("cache-control") == "private, no-cache");
    CHECK(be.call("GET", item).header("cache-control") == "private, no-cache");
    CHECK(be.call("GET", item, {}, {{"If-None-Match", "\"1\""}}).header("cache-control") == "private, no-cache");
    // Served from the store, then from memory.
    for (int i = 0; i < 3; ++i)
        CHECK(be.call("GET", "/api/todos").header("cache-control") == "private, no-cache");
    CHECK(be.call("GET", item + "0").header("cache-control") == "no-store");
    CHECK(be.call("GET", "/api/nothing").header("cache-control") == "no-store");
    CHECK(be.call("DELETE", item).header("cache-control") == "no-store");
}

TEST_CASE("405 lists the allowed methods") {
    const servers world;
    const auto be = world.start();
    const auto allow = be.call("DELETE", "/api/todos").header("allow");
    CHECK(allow.find("GET") != std::string::npos);
    CHECK(allow.find("POST") != std::string::npos);
    CHECK(allow.find("DELETE") == std::string::npos);
}

TEST_CASE("the API requires a configured token") {
    const servers world;
    const auto be = world.start({.environment = {{"API_TOKEN", "s3cret-s3cret"}}});
    const headers right = {{"Authorization", "Bearer s3cret-s3cret"}};
    const auto refused = be.post(R"({"title":"x"})");
    CHECK(is_problem(refused, 401));
    CHECK(refused.header("www-authenticate").starts_with("Bearer"));
    CHECK(is_problem(be.post(R"({"title":"x"})", {{"Authorization", "Bearer wrong"}}), 401));
    CHECK(is_problem(be.call("GET", "/api/todos"), 401));
    CHECK(be.post(R"({"title":"x"})", right).status == 201);
    CHECK(be.call("GET", "/api/todos", {}, right).status == 200);
    CHECK(be.call("GET", "/api/todos", {}, {{"Authorization", "bearer s3cret-s3cret"}}).status == 200);
    CHECK(be.call("GET", "/livez").status == 200);
    CHECK(be.log().find("s3cret") == std::string::npos);
}

TEST_CASE("the base path is in links and accepted in requests") {
    const servers world;
    const auto be = world.start({.environment = {{"API_BASE_PATH", "/project"}}});
    const auto created = be.call("POST", "/project/api/todos", R"({"title":"x"})");
    const auto id = id_of(created);
    CHECK(created.header("location") == "/project/api/todos/" + id);
    CHECK(be.call("GET", created.header("location")).status == 200);
    CHECK(be.call("GET", "/api/todos/" + id).status == 200);
}

TEST_CASE("health is served on all its paths") {
    const servers world;
    const auto be = world.start();
    for (const auto* path : {"/livez", "/healthz", "/health/live", "/readyz", "/health", "/health/ready", "/be-health",
                             "/be/health", "/readyz?verbose"}) {
        INFO(path);
        CHECK(be.call("GET", path).status == 200);
    }
    CHECK(be.call("GET", "/readyz?verbose").body.find("postgresql ok") != std::string::npos);
}

TEST_CASE("the command line has help and rejects bad settings") {
    const support::temp_dir dir;
    const auto run = [&dir](std::vector<std::string> arguments, std::map<std::string, std::string> environment) {
        arguments.insert(arguments.begin(), support::program("todo-be"));
        support::process p({.argv = arguments, .environment = environment, .log = dir.path() / "log", .user = {}});
        const int code = p.wait();
        return std::pair(code, p.output());
    };
    const auto [help_code, help] = run({"--help"}, {});
    CHECK(help_code == 0);
    CHECK(help.find("METRICS_PORT") != std::string::npos);
    CHECK(run({"--version"}, {}).first == 0);
    const auto [bad_code, bad] = run({}, {{"PORT", "many"}, {"POOL_SIZE", "0"}});
    CHECK(bad_code == 2);
    CHECK(bad.find("PORT") != std::string::npos);
    CHECK(bad.find("POOL_SIZE") != std::string::npos);
    CHECK(run({"--nonsense"}, {}).first == 2);
}

TEST_CASE("an unencrypted database connection is warned about at start") {
    // A link-local address without its scope: another machine, and unreachable.
    const backend b("", "nats://127.0.0.1:1", {{{"DATABASE_URL", ""}, {"POSTGRES_HOST", "fe80::1"}}, false});
    CHECK(support::eventually([&] { return b.log().find("set PGSSLMODE=verify-full") != std::string::npos; }));
}

TEST_CASE("ten thousand idle connections do not disturb other clients") {
    using namespace std::chrono_literals;
    // Fewer if the process limit is lower; a few dozen descriptors are used elsewhere.
    const auto count = std::min<std::size_t>(10'000, support::raise_descriptor_limit() - 200);
    const servers world;
    const auto be = world.start();
    const auto before = be.metric("process_open_fds").value();
    const auto until = std::chrono::steady_clock::now() + 60s;
    std::vector<std::unique_ptr<support::tcp_stream>> idle;
    for (std::size_t i = 0; i < count; ++i)
        idle.push_back(std::make_unique<support::tcp_stream>("127.0.0.1", std::to_string(be.port()), until));
    const auto all = static_cast<double>(count);
    REQUIRE(support::eventually([&] { return be.metric("process_open_fds").value_or(0) > all; }));
    CHECK(be.post(R"({"title":"among ten thousand"})").status == 201);
    CHECK(be.call("GET", "/api/todos").status == 200);
    WARN("resident bytes with " << count
                                << " idle connections: " << be.metric("process_resident_memory_bytes").value_or(0));
    idle.clear();
    CHECK(support::eventually([&] { return be.metric("process_open_fds").value_or(20'000) < before + 100; }));
}
