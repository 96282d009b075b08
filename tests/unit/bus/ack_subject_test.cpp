#include "bus/jetstream/ack_subject.hpp"
#include "bus/connection/consumer_key.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

TEST_CASE("both forms of an ack subject are read") {
    const auto form = GENERATE(as<std::string>(), "$JS.ACK.TODOS.worker.3.17.12.1700000000000000001.5",
                               "$JS.ACK._.hash.TODOS.worker.3.17.12.1700000000000000001.5",
                               "$JS.ACK.hub.hash.TODOS.worker.3.17.12.1700000000000000001.5.random");
    const auto a = parse_ack_subject(form);
    REQUIRE(a);
    CHECK(a->delivered == 3);
    CHECK(a->stream_sequence == 17);
    CHECK(a->consumer_sequence == 12);
    CHECK(a->stored_ns == 1700000000000000001);
    CHECK(a->pending == 5);
    CHECK(consumer_key(form) == "TODOS.worker");
}

TEST_CASE("other subjects are not ack subjects") {
    const auto text =
        GENERATE(as<std::string>(), "", "$JS.ACK.", "$JS.ACK.a.b.c", "_INBOX.a.b", "$JS.ACK.S.c.x.1.1.1.1",
                 "$JS.ACK.S.c.1.1.1.1.1.1", "$JS.ACK.S.c.1.1.1.1.1.1.1.1.1.1.1.1", "$JS.ACK.S.c.0.1.1.1.1",
                 "$JS.ACK.S.c.1.1.1.-1.1", "$JS.ACK.S.c.1.1.1.-9223372036854775808.1",
                 "$JS.ACK.S.c.1.1.1.9223372036854775808.1", "$JS.ACK.S.c.1.-1.1.1.1");
    CHECK_FALSE(parse_ack_subject(text));
}

TEST_CASE("other reply subjects name no consumer") {
    const auto text = GENERATE(as<std::string>(), "$JS.ACK.TODOS", "$JS.ACK.TODOS.worker.", "todos.events", "");
    CHECK(consumer_key(text).empty());
}

}  // namespace tidings::bus
