#include "bus/connection/answer_times.hpp"

#include "bus/jetstream/ack_patience.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

TEST_CASE("requests are of one kind when they differ in the names of streams and keys only") {
    CHECK(answer_times::kind_of("$JS.API.CONSUMER.CREATE.TODOS.x") == "$JS.API.CONSUMER.CREATE");
    CHECK(answer_times::kind_of("$JS.API.STREAM.MSG.GET.TODOS") == "$JS.API.STREAM.MSG");
    CHECK(answer_times::kind_of("$JS.API.INFO") == "$JS.API.INFO");
    CHECK(answer_times::kind_of("$KV.WEBHOOK_POSITIONS.shards.0.key") == "$KV.WEBHOOK_POSITIONS");
    CHECK(answer_times::kind_of("todos") == "todos");
    CHECK(answer_times::kind_of("").empty());
}

namespace {

const runtime::time_point start{1h};

}  // namespace

TEST_CASE("a question answered late has twice that time when it is put again, others have not") {
    answer_times t;
    CHECK(t.allowed("create", 1s) == 1s);
    t.answered_late("create", start, start + 1300ms);
    CHECK(t.allowed("create", 1s) == 2600ms);
    CHECK(t.allowed("create", 5s) == 5s);
    CHECK(t.allowed("info", 1s) == 1s);
    t.answered_late("create", start, start + 3h);
    CHECK(t.allowed("create", 1s) == 20s);
}

TEST_CASE("the patience ends with quick answers, not with one of them") {
    answer_times t;
    t.answered_late("create", start, start + 4s);
    t.answered("create", start, start + 3s);
    CHECK(t.allowed("create", 1s) == 6s);
    t.answered("create", start, start + 1ms);
    CHECK(t.allowed("create", 1s) == 3s);
    for (int i = 0; i < 5; ++i)
        t.answered("create", start, start + 1ms);
    CHECK(t.allowed("create", 1ms) == 1ms);
}

TEST_CASE("a late answer that a later question has overtaken says nothing of the next one") {
    answer_times t;
    t.answered("create", start + 2s, start + 2100ms);
    t.answered_late("create", start, start + 9s);
    CHECK(t.allowed("create", 1s) == 1s);
    t.answered_late("create", start + 3s, start + 6s);
    CHECK(t.allowed("create", 1s) == 6s);
}

TEST_CASE("acks that come too late are waited for longer, for a minute") {
    ack_patience p(2s);
    const auto due = p.due(start);
    CHECK(due == start + 2s);
    p.late(due, start + 2500ms);
    CHECK(p.due(start + 3s) == start + 8s);
    CHECK(p.due(start + 70s) == start + 72s);
}

TEST_CASE("an ack is never due before that of an earlier publish") {
    ack_patience p(2s);
    p.late(start, start + 3s);
    const auto long_one = p.due(start + 62s);
    CHECK(long_one == start + 72s);
    CHECK(p.due(start + 64s) == long_one);
}

}  // namespace tidings::bus
