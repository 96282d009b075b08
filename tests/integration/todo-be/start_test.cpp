// Messages of todo-be at start, and when it cannot start.
#include "backend.hpp"
#include "stream_reader.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

namespace {

struct ended {
    int code;
    std::string text;
};

ended start_with(std::map<std::string, std::string> environment, std::vector<std::string> arguments = {}) {
    support::temp_dir dir;
    std::vector<std::string> argv{support::program("todo-be")};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    environment.try_emplace("PORT", "0");
    environment.try_emplace("METRICS_PORT", "0");
    support::process p({argv, std::move(environment), dir.path() / "log", {}});
    const auto code = p.wait(20s);
    return {code.value_or(-1), p.output()};
}

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("settings that can never work exit with 2 and show no password") {
    struct row {
        const char *variable, *value, *told;
    };
    const auto [variable, value, told] = GENERATE(
        row{"DATABASE_URL", "u:hush@localhost:5432/tidings", "DATABASE_URL: neither"},
        row{"DATABASE_URL", "http://u:hush@h/x", "DATABASE_URL: neither"},
        row{"DATABASE_URL", "postgresql://u:hush@h/x?sslmod=require", "DATABASE_URL: it has no option 'sslmod'"},
        row{"NATS_CREDENTIALS", "/nope.creds", "NATS_CREDENTIALS: cannot read the file '/nope.creds'"},
        row{"DATABASE_URL", "postgresql://u:hush@h:99999/x", "DATABASE_URL: the port"},
        row{"DATABASE_URL", "postgresql://u:hush@h/x?sslmode=bogus", "DATABASE_URL: sslmode must be one of"},
        row{"POSTGRES_HOST", "u:hush@h", "POSTGRES_HOST: the host contains '@'"},
        row{"NATS_CA_FILE", "/etc/passwd", "NATS_CA_FILE: the file '/etc/passwd' holds no certificate"},
        row{"NATS_CREDENTIALS", "/tmp", "NATS_CREDENTIALS: cannot read the file '/tmp'"},
        row{"ALLOWED_HOSTS", "http://h/", "ALLOWED_HOSTS: "}, row{"METRICS_ADDRESS", "[::1]", "METRICS_ADDRESS: "},
        row{"NATS_URL", "nats://u:hush@h:99999", "NATS_URL: "},
        row{"NATS_CA_FILE", "/nope.pem", "NATS_CA_FILE: cannot read"}, row{"API_TOKEN", " ", "API_TOKEN: "},
        row{"API_BASE_PATH", "project", "API_BASE_PATH: must start with /"}, row{"LOG_LEVEL", "loud", "LOG_LEVEL: "},
        row{"LISTEN_ADDRESS", "nowhere", "LISTEN_ADDRESS: "});
    const auto e = start_with({{variable, value}});
    CAPTURE(variable, value, e.text);
    CHECK(e.code == 2);
    CHECK(e.text.starts_with("todo-be cannot start:\n"));
    CHECK(says(e.text, told));
    CHECK_FALSE(says(e.text, "hush"));
}

TEST_CASE("migrating alone exits immediately when the database refuses, and after its timeout when it is unreachable") {
    const support::postgres_server postgres;
    const std::string place = "127.0.0.1:" + std::to_string(postgres.port());
    const auto unknown = start_with({{"DATABASE_URL", "postgresql://tidings@" + place + "/nope"}}, {"--migrate-only"});
    CHECK(unknown.code == 2);
    CHECK(says(unknown.text, "nope"));
    CHECK_FALSE(says(unknown.text, "PostgreSQL is unavailable, retrying"));
    const auto nowhere = "postgresql://u@127.0.0.1:" + std::to_string(support::free_port()) + "/x";
    const auto away = start_with({{"DATABASE_URL", nowhere}, {"MIGRATE_TIMEOUT", "300ms"}}, {"--migrate-only"});
    CHECK(away.code == 1);
    CHECK(says(away.text, "PostgreSQL is unavailable, retrying"));
    CHECK(start_with({{"DATABASE_URL", postgres.url()}}, {"--migrate-only"}).code == 0);
}

TEST_CASE("the log says where everything is, and when NATS disconnects and reconnects") {
    support::postgres_server postgres;
    support::nats_server nats;
    nats.stop();
    backend be(postgres.url(), nats.url(), {.environment = {{"NATS_ULR", "x"}, {"LOG_LEVEL", "Info"}}});
    CHECK(support::eventually([&] { return says(be.log(), "NATS disconnected, reconnecting"); }));
    CHECK(says(be.log(), "NATS_ULR is not a setting; did you mean NATS_URL?"));
    CHECK(says(be.log(), R"("api":"open")"));
    CHECK(says(be.log(), "the API is open to anyone who can reach this port"));
    CHECK(says(be.log(), R"("database":"127.0.0.1:)" + std::to_string(postgres.port()) + "/tidings"));
    nats.start();
    CHECK(support::eventually([&] { return says(be.log(), "NATS connected"); }));
    const auto before = be.log().size();
    nats.kill();
    CHECK(support::eventually([&] { return says(be.log().substr(before), "NATS disconnected, reconnecting"); }));
}

TEST_CASE("a stream that NATS refuses to create is reported in NATS's words") {
    const servers world;
    make_stream(world.nats.url(), "OTHERS", "todos.>");
    const auto be = world.start();
    CHECK(support::eventually([&] { return says(be.log(), "subjects overlap with an existing stream"); }));
    CHECK_FALSE(says(be.log(), "stream is ready"));
    delete_stream(world.nats.url(), "OTHERS");
    CHECK(support::eventually([&] { return says(be.log(), "stream is ready"); }));
}

TEST_CASE("without a token todo-be serves local and allowed hosts") {
    const servers world;
    const auto be = world.start(
        {.environment = {{"ALLOWED_HOSTS", "todo.example"}, {"LISTEN_ADDRESS", "::"}, {"METRICS_ADDRESS", "::"}}});
    CHECK(be.call("GET", "/api/todos").status == 200);
    CHECK(be.call("GET", "/api/todos", {}, {{"Host", "todo.example"}}).status == 200);
    CHECK(is_problem(be.call("GET", "/api/todos", {}, {{"Host", "evil.example"}}), 421));
    CHECK(be.call("GET", "/readyz", {}, {{"Host", "evil.example"}}).status == 200);
    CHECK(be.metric("process_open_fds").has_value());
    const auto open = world.start({.environment = {{"ALLOWED_HOSTS", "*"}}});
    CHECK(open.call("GET", "/api/todos", {}, {{"Host", "any.example"}}).status == 200);
    const auto guarded = world.start({.environment = {{"API_TOKEN", "t"}}});
    CHECK(guarded.call("GET", "/api/todos", {}, {{"Host", "any.example"}, {"Authorization", "Bearer t"}}).status ==
          200);
    const auto both = world.start({.environment = {{"API_TOKEN", "t"}, {"ALLOWED_HOSTS", "todo.example"}}});
    CHECK(
        is_problem(both.call("GET", "/api/todos", {}, {{"Host", "evil.example"}, {"Authorization", "Bearer t"}}), 421));
}
