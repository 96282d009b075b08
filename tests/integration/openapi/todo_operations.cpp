#include "todo_operations.hpp"

#include "list_operations.hpp"
#include "support/catch.hpp"

namespace tidings::test {

namespace {

constexpr const char* item = "/api/todos/{id}";

std::string on_item(const std::string& method) { return method + ' ' + item; }

raw_request json_with_key(const std::string& body) {
    auto r = json(body);
    r.headers += "Idempotency-Key: a\r\n";
    return r;
}

// The to-do that it made and moved.
std::string move_one(service& s) {
    const auto reorder = [&](const std::string& ids, const char* place) {
        s.send("POST /api/todos:reorder", {}, json(R"({"ids":[)" + ids + "]," + place + "}"));
    };
    const auto other = id_in(s.send("POST /api/todos", {}, json(R"({"title":"Read"})")));
    reorder('"' + other + '"', R"("after":null)");
    reorder(R"("01890000-0000-7000-8000-000000000000")", R"("after":null)");
    reorder("", R"("after":null)");
    s.send("POST /api/todos:reorder", {}, json("{}", "text/plain"));
    return other;
}

void clear_and_restore(service& s, const std::string& id, const std::string& unknown) {
    const auto restore = on_item("POST") + ":restore";
    s.send(restore, id, {});
    s.send(restore, unknown, {});
    s.send(restore, id, {.headers = "Idempotency-Key: a\r\n"});
    s.send("POST /api/todos:clear-done", {}, {.headers = "Idempotency-Key: a\r\n"});
    s.send(restore, id, {.headers = "If-Match: \"77\"\r\n"});
}

// A stream begins and is left.
void read_events(service& s) {
    const std::string events = "GET /api/events";
    const std::string ws = "GET /api/ws";
    s.send(events, {}, {});
    s.send(events, {}, {.headers = "Accept: text/event-stream\r\n"}, true, std::chrono::milliseconds(300));
    s.send(events, {}, {.headers = "Accept: text/html\r\n"});
    const std::string handshake =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    s.send(ws, {}, {.headers = handshake}, true, std::chrono::milliseconds(300));
    s.send(ws, {}, {.headers = handshake + "Sec-Fetch-Site: cross-site\r\n"});
    s.send(ws, {}, {});
    s.send(events, {}, {.line_end = "?after=9000000 HTTP/1.1"});
    s.send(ws, {}, {.line_end = "?after=9000000 HTTP/1.1", .headers = handshake});
}

}  // namespace

// The id of the to-do that a response to POST created.
std::string id_in(const std::string& response) {
    const auto at = response.find(R"("id":")");
    REQUIRE(at != response.npos);
    return response.substr(at + 6, 36);
}

// What changes something, for a page of another site.
void ask_from_elsewhere(service& s) {
    const std::string header = "Sec-Fetch-Site: cross-site\r\n";
    for (const std::string operation : api_operations)
        if (!operation.starts_with("GET")) s.send(operation, unknown, {.headers = header});
    for (const std::string operation : list_operations)
        if (!operation.starts_with("GET")) s.send(operation, unknown, {.headers = header});
    s.send("POST /api/todos:import", {}, {.headers = header});
    s.send("POST /api/todos:import", {}, {.headers = "Accept: text/csv\r\n"});
}

void use_files(service& s) {
    const auto with = [](const std::string& query) { return raw_request{.line_end = query + " HTTP/1.1"}; };
    s.send("GET /api/todos:export", {}, with("?format=csv"));
    s.send("GET /api/todos:export", {}, with("?format=xml"));
    s.send("GET /api/todos:export", {}, with("?due_before=2026-01-31&sort=order"));
    s.send("POST /api/todos:import", {}, json("title\nx\n", "text/csv"));
    s.send("POST /api/todos:import", {}, json("colour\nx\n", "text/csv"));
    s.send("POST /api/todos:import", {}, json("<x/>", "text/xml"));
    const std::string right = "?secret=a%20secret%20of%20a%20calendar";
    auto again = with(right);
    again.headers = "If-None-Match: *\r\n";
    s.send("GET /api/todos.ics", {}, again);
    again.headers = "Content-Length: 100000000\r\n";
    s.send("GET /api/todos.ics", {}, again);
    for (const auto& query : {right, right + "&limit=x", right + "&due_before=2026-01-31&sort=order", std::string()})
        s.send("GET /api/todos.ics", {}, with(query));
}

void change_without_if_match(service& s) {
    const auto id = id_in(s.send("POST /api/todos", {}, json(R"({"title":"Buy milk"})")));
    for (const auto* method : {"PUT", "PATCH"})
        s.send(on_item(method), id, json(R"({"title":"Buy bread"})"));
    s.send(on_item("DELETE"), id, {});
}

void use_and_misuse(service& s) {
    ask_from_elsewhere(s);
    read_events(s);
    s.send("GET /api/todos", {}, {});
    s.send("GET /api/todos", {}, {.line_end = "?due_before=2026-01-31&sort=order HTTP/1.1"});
    const auto id = id_in(s.send("POST /api/todos", {}, json(R"({"title":"Buy milk"})")));
    s.send("POST /api/todos", {}, json(R"({"title":""})"));
    s.send("POST /api/todos", {}, json("{}", "text/plain"));
    const auto batch = [](const std::string& operations, const char* more) {
        return json(R"({"operations":[)" + operations + "]" + more + "}");
    };
    const std::string create = R"({"op":"create","todo":{"title":"x"}})";
    s.send("POST /api/todos:batch", {}, batch(create, ""));
    s.send("POST /api/todos:batch", {}, batch(create, R"(,"atomic":false)"));
    s.send("POST /api/todos:batch", {}, batch("", ""));
    s.send("POST /api/todos:batch", {}, batch(R"({"op":"delete","id":"01890000-0000-7000-8000-000000000000"})", ""));
    s.send("POST /api/todos:batch", {}, json("{}", "text/plain"));
    s.send(on_item("GET"), id, {});
    s.send(on_item("GET"), id, {.headers = "If-None-Match: \"1\"\r\n"});
    s.send(on_item("PUT"), id, json(R"({"title":"Buy bread"})"));
    s.send(on_item("PATCH"), id, json(R"({"done":true})"));
    s.send(on_item("PATCH"), id, json(R"([{"op":"test","path":"/version","value":9}])", "application/json-patch+json"));
    for (const auto* method : {"PUT", "PATCH"}) {
        s.send(on_item(method), id, json(R"({"title":""})"));
        s.send(on_item(method), id, json("{}", "text/plain"));
    }
    for (const auto* method : {"GET", "PUT", "PATCH", "DELETE"}) {
        auto request = method[0] == 'P' ? json(R"({"title":"Buy bread"})") : raw_request{};
        s.send(on_item(method), unknown, request);
        request.headers += "If-Match: \"7\"\r\n";
        s.send(on_item(method), id, request);
    }
    const auto other = move_one(s);
    s.send(on_item("PATCH"), other, json_with_key(R"({"done":false})"));
    s.send(on_item("DELETE"), other, {.headers = "Idempotency-Key: a\r\n"});
    s.send(on_item("DELETE"), id, {});
    s.send("POST /api/todos:clear-done", {}, {});
    clear_and_restore(s, id, unknown);
}

}  // namespace tidings::test
