// Server-sent events, and which form of an answer a client takes.
#include "http/message/event_stream.hpp"
#include "http/message/accept.hpp"
#include "support/catch.hpp"

using namespace tidings;

namespace {

std::string event(std::string_view data) {
    std::string out;
    http::append_event(out, "5", "t", data);
    return out;
}

constexpr std::string_view offered[] = {"application/json", "text/event-stream"};

int choice(std::string_view accept) {
    const auto found = http::preferred(accept, offered);
    return found ? static_cast<int>(*found) : -1;
}

}  // namespace

TEST_CASE("an event has its id, its type and its data") {
    CHECK(event(R"({"a":1})") == "id: 5\nevent: t\ndata: {\"a\":1}\n\n");
    CHECK(event("") == "id: 5\nevent: t\ndata: \n\n");
}

TEST_CASE("each line of the data is one of its own, whatever ends it") {
    CHECK(event("a\nb\r\nc\rd") == "id: 5\nevent: t\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
    CHECK(event("a\n") == "id: 5\nevent: t\ndata: a\ndata: \n\n");
}

TEST_CASE("a position and a pause are no events") {
    std::string out;
    http::append_retry(out, std::chrono::milliseconds(1500));
    http::append_position(out, "7");
    CHECK(out == "retry: 1500\n\nid: 7\n\n");
}

TEST_CASE("the first of what is offered is taken when the client has no preference") {
    for (const auto* accept :
         {"", "  ", "*/*", "text/html, */*;q=0.8", "application/json, text/event-stream", "*/*;q=0.1"})
        CHECK(choice(accept) == 0);
}

TEST_CASE("what the client likes better is taken") {
    CHECK(choice("text/event-stream") == 1);
    CHECK(choice("TEXT/Event-Stream; charset=utf-8") == 1);
    CHECK(choice("text/*") == 1);
    CHECK(choice("application/json;q=0.5, text/event-stream ; Q=0.8") == 1);
    CHECK(choice("*/*;q=0.5, text/event-stream") == 1);
    CHECK(choice("*/*, text/event-stream;q=0.9") == 0);
    CHECK(choice("application/json;q=0, */*") == 1);
}

TEST_CASE("what the client does not take is not offered to it") {
    CHECK(choice("text/html") == -1);
    CHECK(choice("application/json;q=0, text/event-stream;q=0.000") == -1);
    CHECK(choice("text/event-stream;q=x, ,;,") == -1);
    CHECK(choice("text/event-streams") == -1);
}
