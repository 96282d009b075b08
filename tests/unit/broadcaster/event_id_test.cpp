#include "domain/event_id.hpp"

#include <set>

#include "support/catch.hpp"

namespace {

std::string event_id(std::string_view id, std::string_view stream, std::uint64_t sequence) {
    return tidings::broadcaster::event_id(id, stream, sequence, 5'999);
}

}  // namespace

TEST_CASE("webhook-id: an ordinary Nats-Msg-Id is the event's id") {
    CHECK(event_id("k-1", "TODOS", 7) == "k-1");
    CHECK(event_id("a%b~c.d", "TODOS", 7) == "a%b~c.d");
    CHECK(event_id(std::string(256, 'x'), "TODOS", 7) == std::string(256, 'x'));
}

TEST_CASE("webhook-id: without a Nats-Msg-Id it is the message's place") {
    CHECK(event_id("", "TODOS", 7) == "TODOS-7-5");
    CHECK(event_id("", "TÖ", 7) == "T%C3%96-7-5");
}

TEST_CASE("webhook-id: different ids of publishers stay different, and nothing is cut") {
    const std::string long_id(300, 'x');
    const std::string ids[] = {"u-é",         "u-ü",       "u-注文",      "u-配送", "u\ta", "ua",
                               "u a",         "~u%20a",    "u%20a",       "~u",     "~~u",  long_id + "1",
                               long_id + "2", "TODOS-1-5", "~TODOS-12-5", "\x7f"};
    std::set<std::string> made;
    std::uint64_t sequence = 10;
    for (const auto& id : ids) {
        const auto one = event_id(id, "TODOS", ++sequence);
        INFO(id << " -> " << one);
        CHECK(made.insert(one).second);
        CHECK(one.size() <= 1'024);
        for (const char c : one)
            CHECK((c > 0x20 && c < 0x7f));
    }
}

TEST_CASE("webhook-id: an id of a publisher is never the place of another message") {
    const std::string long_id(300, 'x');
    CHECK(event_id("TODOS-2-5", "TODOS", 1) == "~TODOS-2%2D5");
    CHECK(event_id("TODOS-2-5", "TODOS", 2) == "TODOS-2-5");
    CHECK(event_id("TODOS-2-5", "TODOS", 1) != event_id("", "TODOS", 2));
    CHECK(event_id("TODOS-2-5", "TODOS", 1) != event_id(long_id, "TODOS", 2));
    CHECK(event_id("TÖ-2-5", "TÖ", 1) != event_id(long_id, "TÖ", 2));
    CHECK(event_id("T%C3%96-2-5", "TÖ", 1) != event_id("", "TÖ", 2));
    CHECK(event_id("T%C3%96-2-5", "TÖ", 1) != event_id("TÖ-2-5", "TÖ", 1));
}

TEST_CASE("webhook-id: an id that only resembles a place is itself") {
    for (const auto* const id :
         {"TODOS-", "TODOS-2-", "TODOS", "TODOS-2", "TODOS-2-3a", "TODOS-2a-3", "OTHER-2-3", "TODO-2-3", "TODOS2-3"})
        CHECK(event_id(id, "TODOS", 1) == id);
}

TEST_CASE("webhook-id: the same place in a stream that was made anew has another id") {
    using tidings::broadcaster::event_id;
    CHECK(event_id("", "TODOS", 1, 1'764'521'400'123'456'789) == "TODOS-1-1764521400123456");
    CHECK(event_id("", "TODOS", 1, 1'764'521'400'123'457'000) == "TODOS-1-1764521400123457");
}
