#include "ids/timestamp.hpp"
#include "list_operations.hpp"
#include "service.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"
#include "todo_operations.hpp"

using namespace tidings::test;
namespace support = tidings::support;

namespace {

constexpr const char* documents[] = {"GET /api/openapi.json", "GET /api/asyncapi.json", "GET /api/docs",
                                     "GET /api/docs.css"};

void read_documents(service& s) {
    for (const auto* document : documents)
        for (const auto* held : {"", "If-None-Match: *\r\n"})
            s.send(document, {}, {.headers = held});
}

// Each operation of the API, with the rate used up.
void ask_too_often(service& s) {
    s.send("GET /api/todos", {}, {});
    for (const auto* operation : api_operations)
        s.send(operation, unknown, {});
    s.send("GET /api/todos.ics", {}, {});
    for (const auto* operation : {"GET /api/events", "GET /api/ws", "GET /api/todos:export", "POST /api/todos:import"})
        s.send(operation, {}, {});
    for (const auto* document : documents)
        s.send(document, {}, {});
    for (const auto* operation : list_operations)
        s.send(operation, unknown, {});
}

std::string token_wanted(const char* scope) {
    return R"({"name":"x","scopes":[")" + std::string(scope) + R"("],"expires_at":")" +
           tidings::ids::format(tidings::ids::now() + std::chrono::hours(1)) + "\"}";
}

// With users: tokens, and what one that may nearly nothing is refused.
void use_tokens(service& s) {
    const auto make = [&](const char* scope) { return s.send("POST /api/tokens", {}, json(token_wanted(scope))); };
    const auto made = make("calendar");
    const auto at = made.find("tdp_");
    REQUIRE(at != made.npos);
    const raw_request weak{.headers = "Authorization: Bearer " + made.substr(at, 40) + "\r\n"};
    for (const auto* place : {below_list, ""}) {
        s.below(place);
        for (const auto* operation : {"GET /api/todos", "GET /api/todos/{id}", "GET /api/todos:export",
                                      "GET /api/events", "GET /api/ws", "GET /api/tokens", "GET /api/tokens/{id}"})
            s.send(operation, unknown, weak, false);
    }
    for (const std::string operation : list_operations)
        if (operation.starts_with("GET")) s.send(operation, unknown, weak, false);
    s.send("GET /api/tokens", {}, {});
    s.send("GET /api/tokens/{id}", id_in(made), {});
    s.send("DELETE /api/tokens/{id}", id_in(made), {});
    s.send("POST /api/tokens", {}, json("{}"));
    s.send("POST /api/tokens", {}, json("{}", "text/plain"));
    for (const auto* operation :
         {"GET /api/tokens", "POST /api/tokens", "GET /api/tokens/{id}", "DELETE /api/tokens/{id}"})
        s.send(operation, id_in(made), {.headers = "Content-Type: application/json\r\nContent-Length: 100000000\r\n"});
    for (const auto* operation : {"GET /api/tokens", "POST /api/tokens", "GET /api/tokens/{id}"})
        s.send(operation, id_in(made), {.headers = "Accept: text/html\r\n"});
    for (int i = 0; i < 101; ++i)
        make("calendar");
}

constexpr const char* streamed[] = {"GET /api/todos:export", "GET /api/events", "GET /api/ws", "POST /api/todos:import",
                                    "GET /api/todos.ics"};
const std::string right_secret = "?secret=a%20secret%20of%20a%20calendar HTTP/1.1";

// Lists and their to-dos, whose answers differ where there are no users.
void use_with_users(service& s, const std::string& database, const std::string& nats) {
    const std::map<std::string, std::string> settings{
        {"DATABASE_URL", database}, {"NATS_URL", nats}, {"IDENTITY", "on"}, {"CALENDAR_SECRET", secret}};
    service users("todo-be", settings);
    users.always("{list}", "1");
    use_lists(users, database);
    use_tokens(users);
    users.below(below_list);
    use_and_misuse(users);
    use_files(users);
    for (const auto* refused :
         {"Content-Type: application/json\r\nContent-Length: 100000000\r\n", "Accept: text/html\r\n"}) {
        for (const std::string operation : api_operations)
            if (!operation.starts_with("DELETE") || refused[0] == 'C')
                users.send(operation, unknown, {.headers = refused});
        for (const std::string operation : list_operations)
            if (!operation.starts_with("DELETE") || refused[0] == 'C')
                users.send(operation, unknown, {.headers = refused});
    }
    for (const auto* operation : streamed)
        users.send(operation, unknown,
                   {.line_end = operation == streamed[4] ? right_secret : " HTTP/1.1",
                    .headers = "Content-Type: application/json\r\nContent-Length: 100000000\r\n"});
    s.add_seen(users);
    auto strict_settings = settings;
    strict_settings["REQUIRE_IF_MATCH"] = "true";
    service strict("todo-be", strict_settings);
    strict.always("{list}", "1");
    strict.send("PATCH /api/lists/{list}", {}, json("{}"));
    strict.send("DELETE /api/lists/{list}", {}, {});
    strict.below(below_list);
    change_without_if_match(strict);
    s.add_seen(strict);
}

// There are none then, and pages of other sites change nothing.
void use_without_users(service& s) {
    s.below(below_list);
    for (const auto* operation : api_operations)
        s.send(operation, unknown, {});
    for (const auto* operation : list_operations)
        s.send(operation, unknown, {});
    for (const auto* operation : streamed)
        s.send(operation, unknown, {.line_end = operation == streamed[4] ? right_secret : " HTTP/1.1"});
    ask_from_elsewhere(s);
    s.below("");
}

}  // namespace

TEST_CASE("todo-be answers each operation with the statuses that openapi.yaml documents and no others") {
    const support::postgres_server postgres;
    support::nats_server nats;
    service s("todo-be", {{"DATABASE_URL", postgres.url()}, {"NATS_URL", nats.url()}, {"CALENDAR_SECRET", secret}});
    for (const auto* path :
         {"/livez", "/healthz", "/health/live", "/readyz", "/health", "/health/ready", "/be-health", "/be/health"})
        s.send(std::string("GET ") + path, {}, {});
    use_and_misuse(s);
    use_files(s);
    read_documents(s);
    service strict("todo-be",
                   {{"DATABASE_URL", postgres.url()}, {"NATS_URL", nats.url()}, {"REQUIRE_IF_MATCH", "true"}});
    change_without_if_match(strict);
    strict.send("GET /api/todos.ics", {}, {});
    s.add_seen(strict);
    service limited(
        "todo-be",
        {{"DATABASE_URL", postgres.url()}, {"NATS_URL", nats.url()}, {"RATE_LIMIT", "1"}, {"RATE_LIMIT_WINDOW", "1h"}});
    for (const auto* place : {"", below_list}) {
        limited.below(place);
        ask_too_often(limited);
    }
    s.add_seen(limited);
    use_with_users(s, postgres.url(), nats.url());
    for (const std::string operation : api_operations)
        if (!operation.starts_with("DELETE")) s.send(operation, unknown, {.headers = "Accept: text/html\r\n"});
    use_without_users(s);
    s.provoke_refusals(unknown);
    CHECK(s.differences() == std::vector<std::string>{});
}
