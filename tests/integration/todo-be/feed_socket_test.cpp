// The change feed over WebSocket, and what a client may do wrong there.
#include "page_server.hpp"
#include "socket_client.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;

namespace {

// A handshake whose `name` is `value` instead.
int status_with(const backend& be, const std::string& line) {
    std::string request =
        "GET /api/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const auto name = line.substr(0, line.find(':'));
    const auto begin = request.find(name);
    request.replace(begin, request.find("\r\n", begin) - begin, line);
    return std::stoi(support::raw_exchange(be.port(), request, std::chrono::milliseconds(300)).substr(9, 3));
}

struct world_with_socket {
    servers world;
    backend be = world.start();
    socket_client socket{be.port()};
};

}  // namespace

TEST_CASE("a WebSocket shows where it is, then each event") {
    const servers world;
    const auto be = world.start();
    be.post(R"({"title":"x"})");
    socket_client socket(be.port());
    REQUIRE(socket.status() == 101);
    CHECK(socket.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK_FALSE(socket.header("X-Request-Id").empty());
    CHECK(socket.receive()->payload == R"({"id":"1"})");
    const auto id = id_of(be.post(R"({"title":"Brötchen"})"));
    const auto message = socket.receive();
    REQUIRE(message);
    CHECK(message->first == (fin | text));
    const auto stored = support::query(world.postgres.url(), "select type, payload from events where seq = 2").at(0);
    CHECK(message->payload == R"({"id":"2","event":")" + stored.at(0) + R"(","data":)" + stored.at(1) + '}');
    socket_client again(be.port(), "?after=0");
    CHECK(again.receive()->payload == R"({"id":"0"})");
    CHECK(again.receive()->payload.starts_with(R"({"id":"1",)"));
    CHECK(again.receive()->payload == message->payload);
    CHECK(be.metric("todo_event_streams") == 2);
}

TEST_CASE("what is no handshake of ours is refused") {
    const servers world;
    const auto be = world.start();
    const auto plain = be.call("GET", "/api/ws");
    CHECK(is_problem(plain, 426));
    CHECK(plain.header("upgrade") == "websocket");
    CHECK(plain.header("sec-websocket-version") == "13");
    CHECK(status_with(be, "Upgrade: h2c") == 426);
    CHECK(status_with(be, "Connection: close") == 426);
    CHECK(status_with(be, "Sec-WebSocket-Version: 8") == 426);
    CHECK(status_with(be, "Sec-WebSocket-Key: short") == 400);
    CHECK(status_with(be, "Upgrade: WebSocket") == 101);
    CHECK(socket_client(be.port(), "?after=x").status() == 400);
    CHECK(socket_client(be.port(), "?after=7").status() == 410);
    CHECK(socket_client(be.port(), "", {{"Origin", "https://evil.example"}}).status() == 403);
    CHECK(socket_client(be.port(), "", {{"Sec-Fetch-Site", "cross-site"}}).status() == 403);
    CHECK(socket_client(be.port(), "", {{"Origin", "http://127.0.0.1"}}).status() == 101);
    CHECK(eventually([&] { return be.metric("todo_event_streams") == 0; }));
}

TEST_CASE("a client's pings are answered, in fragments too, and its text is dropped") {
    world_with_socket w;
    w.socket.receive();
    w.socket.send(fin | ping, "a");
    CHECK(w.socket.receive()->payload == "a");
    w.socket.send(text, "one ");
    w.socket.send(fin | ping, "b");
    w.socket.send(continuation, "");
    w.socket.send(fin | ping, std::string(125, 'c'));
    w.socket.send(fin | pong, "nobody asked");
    w.socket.send(fin | continuation, "two");
    const auto b = w.socket.receive();
    CHECK(b->first == (fin | pong));
    CHECK(b->payload == "b");
    CHECK(w.socket.receive()->payload == std::string(125, 'c'));
    for (const auto* piece : {"\xE2", "\x82", "\xAC"})
        w.socket.send(piece[0] == '\xE2' ? text : continuation, piece);
    w.socket.send(fin | continuation, "");
    w.be.post(R"({"title":"x"})");
    CHECK(w.socket.receive()->payload.starts_with(R"({"id":"1",)"));
}

TEST_CASE("each fault in a frame has its close code") {
    struct fault {
        const char* what;
        unsigned code;
        std::vector<std::pair<unsigned, std::string>> frames;
    };
    const std::string large(4097, 'x');
    const fault faults[] = {
        {"RSV1 without compression", 1002, {{fin | 0x40U | text, "x"}}},
        {"RSV2", 1002, {{fin | 0x20U | text, "x"}}},
        {"RSV3 in a control frame", 1002, {{fin | 0x10U | ping, ""}}},
        {"an unknown opcode", 1002, {{fin | 3U, "x"}}},
        {"an unknown control frame", 1002, {{fin | 11U, ""}}},
        {"a control frame in pieces", 1002, {{ping, "x"}}},
        {"a long control frame", 1002, {{fin | ping, std::string(126, 'x')}}},
        {"a piece of nothing", 1002, {{fin | continuation, "x"}}},
        {"a message within another", 1002, {{text, "x"}, {fin | text, "y"}}},
        {"a close frame of one byte", 1002, {{fin | closing, "x"}}},
        {"a close code that none may send", 1002, {{fin | closing, std::string("\x03\xED", 2)}}},
        {"a reason that is not UTF-8", 1002, {{fin | closing, "\x03\xE8\xC3\x28"}}},
        {"text that is not UTF-8", 1007, {{fin | text, "\xC3\x28"}}},
        {"UTF-8 that ends early", 1007, {{fin | text, "\xE2\x82"}}},
        {"UTF-8 that breaks between pieces", 1007, {{text, "\xE2\x82"}, {fin | continuation, "x"}}},
        {"half of a pair", 1007, {{fin | text, "\xED\xA0\x80"}}},
        {"a long message", 1009, {{fin | text, large}}},
        {"a long message in pieces", 1009, {{text, large.substr(1)}, {fin | continuation, "xx"}}},
        {"a binary message", 1003, {{fin | binary, "x"}}},
    };
    const servers world;
    const auto be = world.start();
    for (const auto& f : faults) {
        INFO(f.what);
        socket_client socket(be.port());
        socket.receive();
        for (const auto& [first, payload] : f.frames)
            socket.send(first, payload);
        CHECK(socket.close_code() == f.code);
        CHECK_FALSE(socket.receive());
    }
    CHECK(eventually([&] { return be.metric("todo_event_streams") == 0; }));
    CHECK(be.log().find("handler failed") == std::string::npos);
}

TEST_CASE("a frame without a mask, and one of a size that cannot be, end the connection") {
    const servers world;
    const auto be = world.start();
    socket_client bare(be.port());
    bare.receive();
    bare.send_raw(std::string("\x81\x01x", 3));
    CHECK(bare.close_code() == 1002);
    socket_client huge(be.port());
    huge.receive();
    huge.send_raw("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x11\x22\x33\x44");
    CHECK(huge.close_code() == 1009);
}

TEST_CASE("a close is answered with a close, and a client that just leaves is noticed") {
    world_with_socket w;
    w.socket.receive();
    w.socket.send(fin | closing, std::string("\x03\xE8", 2) + "bye");
    CHECK(w.socket.close_code() == 1000);
    CHECK_FALSE(w.socket.receive());
    {
        const socket_client leaves(w.be.port());
        CHECK(eventually([&] { return w.be.metric("todo_event_streams") == 1; }));
    }
    CHECK(eventually([&] { return w.be.metric("todo_event_streams") == 0; }));
}

TEST_CASE("a silent client is pinged, and cut off when it does not answer") {
    const servers world;
    const auto be = world.start({.environment = {{"STREAM_KEEP_ALIVE", "200ms"}}, .wait_ready = true});
    socket_client socket(be.port());
    socket.receive();
    const auto asked = socket.receive();
    REQUIRE(asked);
    CHECK(asked->first == (fin | ping));
    socket.send(fin | pong, asked->payload);
    CHECK(socket.receive()->first == (fin | ping));
    CHECK(eventually([&] { return be.metric("todo_event_streams") == 0; }));
}

TEST_CASE("a service that stops says so to each WebSocket") {
    world_with_socket w;
    w.socket.receive();
    w.be.process().signal(SIGTERM);
    const auto last = w.socket.receive();
    REQUIRE(last);
    CHECK(last->first == (fin | closing));
    CHECK(last->payload == std::string("\x03\xE9", 2) + "the service stops; resume with ?after=0");
    w.socket.send(fin | closing, std::string("\x03\xE9", 2));
    CHECK(w.be.process().wait() == 0);
}

TEST_CASE("a client that asks for compression gets it") {
    const servers world;
    const auto be = world.start();
    socket_client socket(be.port(), "", {{"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"}});
    REQUIRE(socket.status() == 101);
    CHECK(socket.header("Sec-WebSocket-Extensions").starts_with("permessage-deflate; server_max_window_bits=11"));
    CHECK(socket.receive()->first == (fin | text));  // too short for it
    be.post(R"({"title":"x"})");
    CHECK(socket.receive()->first == (fin | 0x40U | text));
}

TEST_CASE("a WebSocket opens through the page's nginx") {
    const servers world;
    const auto be = world.start();
    const page_server page(be.port());
    socket_client socket(page.port());
    REQUIRE(socket.status() == 101);
    socket.receive();
    be.post(R"({"title":"x"})");
    CHECK(socket.receive()->payload.starts_with(R"({"id":"1",)"));
}
