#include "reading/stream_check.hpp"

#include "domain/takeover.hpp"
#include "support/catch.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;
using verdict = stream_check::verdict;

namespace {

const runtime::time_point start{1h};

bus::stream_info stream(std::uint64_t first, std::uint64_t last, const std::string& created = "then") {
    bus::stream_info info{};
    info.messages = last + 1 - first;
    info.first_seq = first;
    info.last_seq = last;
    info.created = created;
    return info;
}

}  // namespace

TEST_CASE("a stream of another creation is another one") {
    stream_check c("then");
    CHECK(c.look(stream(1, 20), 21, start) == verdict::same);
    CHECK(c.look(stream(1, 20, "now"), 21, start) == verdict::made_anew);
}

TEST_CASE("a stream that ends before what was read is believed after four seconds only") {
    stream_check c("then");
    CHECK(c.look(stream(1, 20), 41, start) == verdict::ends_too_early);
    CHECK(c.look(stream(1, 20), 41, start + 3s) == verdict::ends_too_early);
    SECTION("the leader that answered was cut off") {
        CHECK(c.look(stream(1, 40), 41, start + 4s) == verdict::same);
        CHECK(c.look(stream(1, 20), 41, start + 5s) == verdict::ends_too_early);
    }
    SECTION("it was restored from a copy") { CHECK(c.look(stream(1, 20), 41, start + 4s) == verdict::made_anew); }
}

TEST_CASE("how far a stream has been is what the positions in it say, its shard's and the endpoints' own") {
    kept_positions kept;
    CHECK(known_to(kept, "TODOS", "then") == 0);
    kept.record = shard_record{"me", "e", {{"TODOS", {"then", 40}}, {"OTHER", {"then", 90}}}};
    CHECK(known_to(kept, "TODOS", "then") == 40);
    CHECK(known_to(kept, "TODOS", "now") == 0);
    kept.own["a"] = {"TODOS", {"then", 30}, true, 60, {30, 50}};
    CHECK(known_to(kept, "TODOS", "then") == 60);
    kept.own["a"].at.created = "before";
    kept.own["b"] = {"OTHER", {"then", 70}};
    CHECK(known_to(kept, "TODOS", "then") == 40);
    kept.own["c"] = kept.starts["c"] = {"TODOS", {"then", 80}};  // has not begun
    CHECK(known_to(kept, "TODOS", "then") == 40);
}

TEST_CASE("an empty stream begins with what is published next") {
    CHECK(stream_check::first_of(stream(5, 20)) == 5);
    CHECK(stream_check::first_of(stream(21, 20)) == 21);
}

TEST_CASE("a stream is complete as long as nothing was deleted from its middle") {
    auto s = stream(5, 20);
    s.messages = 16;
    CHECK(stream_check::complete_to(s) == 20);
    s.messages = 15;
    CHECK(stream_check::complete_to(s) == 0);
    s.messages = 0;
    CHECK(stream_check::complete_to(s) == 0);
}

}  // namespace tidings::broadcaster
