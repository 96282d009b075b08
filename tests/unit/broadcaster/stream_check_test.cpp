#include "reading/stream_check.hpp"

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
