// What leaves todo-be is what asyncapi.yaml says, whichever way it goes.
#include <boost/json.hpp>
#include <fstream>

#include "event_reader.hpp"
#include "ids/timestamp.hpp"
#include "people.hpp"
#include "relay_checks.hpp"
#include "socket_client.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

constexpr std::size_t changes = 7;

// Each kind of change, with all that a to-do can have.
void change_everything(const backend& be) {
    const auto parent = id_of(be.post(R"({"title":"Party"})"));
    const auto id = id_of(
        be.post(R"({"title":"Buy milk","order":1.5,"due":"2026-12-01T17:00:00+01:00","due_time_zone":"Europe/Berlin",)"
                R"("priority":"high","labels":["home"],"notes":"Two litres","parent":")" +
                parent + "\"}"));
    CHECK(be.patch(id, R"({"title":"Buy oat milk","parent":null})").status == 200);
    CHECK(be.patch(id, R"({"done":true})").status == 200);
    CHECK(be.patch(id, R"({"done":false,"due":"2026-12-02"})").status == 200);
    CHECK(be.call("DELETE", "/api/todos/" + id).status == 204);
    CHECK(be.call("POST", "/api/todos/" + id + ":restore").status == 200);
}

void write(std::ostream& out, const char* channel, json::value payload, json::value headers = nullptr) {
    out << json::object{{"channel", channel}, {"payload", std::move(payload)}, {"headers", std::move(headers)}} << '\n';
}

void write_stream(std::ostream& out, const servers& world, std::size_t events) {
    for (const auto& e : wait_for_events(world, events)) {
        json::object headers;
        for (const auto& [name, value] : e.message.h)
            headers[name] = value;
        write(out, "todosEvents", json::parse(e.message.payload), std::move(headers));
    }
}

void write_feed(std::ostream& out, const backend& be) {
    event_reader reader(be.port(), "?after=0");
    for (std::size_t i = 0; i < changes; ++i)
        write(out, "changeFeed", json::parse(reader.next().value().data));
    socket_client socket(be.port(), "?after=0");
    for (std::size_t i = 0; i <= changes; ++i)
        write(out, "changeSocket", json::parse(socket.receive().value().payload));
}

// Each administrative act; the list's path.
std::string act(const backend& be, const person& ann, const person& bob) {
    const auto token = R"({"name":"x","scopes":["todos:read"],"expires_at":")" +
                       ids::format(ids::now() + std::chrono::minutes(5)) + "\"}";
    const auto made = ann.call(be, "POST", "/api/tokens", token);
    CHECK(ann.call(be, "DELETE", made.header("location")).status == 204);
    auto list = ann.share(be, {{&bob, "reader"}, {&bob, "editor"}});
    CHECK(ann.call(be, "PATCH", list, R"({"name":"work"})").status == 200);
    CHECK(ann.call(be, "DELETE", list + "/members/" + bob.public_id()).status == 204);
    return list;
}

// On NATS, and of the list in both streams.
void write_acts(std::ostream& out) {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann"), bob(world, "bob");
    const auto list = act(be, ann, bob);
    constexpr std::size_t of_list = 5;
    event_reader reader(be.port(), list + "/events?after=0", bearer(ann.token));
    for (std::size_t i = 0; i < of_list; ++i)
        write(out, "changeFeed", json::parse(reader.next().value().data));
    write(out, "changeFeed", json::parse(event_reader(be.port(), "?after=0", bearer(ann.token)).next().value().data));
    socket_client socket(be.port(), list + "/ws?after=0", bearer(ann.token));
    for (std::size_t i = 0; i <= of_list; ++i)
        write(out, "changeSocket", json::parse(socket.receive().value().payload));
    CHECK(ann.call(be, "DELETE", list).status == 204);
    write_stream(out, world, of_list + 3);
}

}  // namespace

TEST_CASE("every event is what asyncapi.yaml says, on NATS, as a server-sent event and over WebSocket") {
    const servers world;
    const auto be = world.start();
    CHECK(json_of(be.call("GET", "/api/asyncapi.json")).at("asyncapi") == "3.1.0");
    change_everything(be);
    const support::temp_dir folder;
    const auto file = folder.path() / "messages";
    {
        std::ofstream out(file);
        write_stream(out, world, changes);
        write_feed(out, be);
        write_acts(out);
    }
    support::process python({.argv = {"/usr/bin/python3", "-B", TIDINGS_MESSAGES, file.string()},
                             .environment = {},
                             .log = folder.path() / "log",
                             .user = {}});
    const auto status = python.wait();
    INFO(python.output());
    CHECK(status == 0);
}
