#include "api/rate_counters.hpp"

#include <set>

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

using kind = rate_counters::answer::kind;

const limits::rate a_rate{.quota = 60, .window = 60s};
const limits::spending spent{
    .key = "user number 7", .tokens = 3, .until = {}, .full_in = std::chrono::milliseconds(12'345)};

redis::reply text(std::string t) { return {redis::reply::kind::text, std::move(t)}; }
const redis::reply nothing, error{redis::reply::kind::error, "OOM"};

rate_counters::answer understood(std::vector<redis::reply> replies) {
    return rate_counters("key", a_rate).understood(spent, replies);
}

}  // namespace

TEST_CASE("a spending is added by commands that every server has") {
    const rate_counters c("key", a_rate);
    const auto name = c.name_of(spent.key);
    CHECK(c.add(spent, 1'000) == redis::command({"PTTL", name}) +
                                     redis::command({"SET", name, "1000", "PX", "22345", "NX"}) +
                                     redis::command({"INCRBY", name, "3"}));
    CHECK(c.correct(spent.key, 70s) == redis::command({"PEXPIRE", name, "80000"}));
}

TEST_CASE("the name of a counter tells nothing, and is another one for each bucket, rate and key") {
    std::set<std::string> names;
    for (const auto* key : {"key", "another"})
        for (const auto& r : {a_rate, limits::rate{60, 61s}, limits::rate{61, 60s}})
            for (const auto* bucket : {"user number 7", "user number 71", "\x7f\x01"}) {
                const auto name = rate_counters(key, r).name_of(bucket);
                CHECK(name.size() == 8 + 64);
                CHECK(name.find("7 ") == std::string::npos);
                names.insert(name);
            }
    CHECK(names.size() == 18);
}

TEST_CASE("what a counter says is understood") {
    const auto known = understood({text("25000"), nothing, text("1040")});
    CHECK(known.what == kind::counted);
    CHECK(known.count.tokens == 1'040);
    CHECK(known.count.full_in == 15s);
    CHECK(known.there == 15s);
    CHECK_FALSE(known.made);
    const auto made = understood({text("-2"), text("OK"), text("1003")});
    CHECK(made.what == kind::counted);
    CHECK(made.count.full_in == 0s);
    CHECK(made.there == spent.full_in);
    CHECK(made.made);
    CHECK(understood({text("9000"), nothing, text("1040")}).count.full_in == 0s);
    // One without an end is given one, whatever is known.
    CHECK(understood({text("-1"), nothing, text("3")}).there < 0s);
}

TEST_CASE("a server that has no room, or answers what cannot be, is told from one that counts") {
    CHECK(understood({error, nothing, text("3")}).what == kind::refused);
    CHECK(understood({text("-2"), error, error}).what == kind::refused);
    for (const auto& replies :
         std::vector<std::vector<redis::reply>>{{},
                                                {text("25000"), nothing},
                                                {text("-3"), nothing, text("1040")},
                                                {text("131001"), nothing, text("1040")},
                                                {text("9223372036854775807"), nothing, text("1040")},
                                                {text("soon"), nothing, text("1040")},
                                                {nothing, nothing, text("1040")},
                                                {text("25000"), text("1000"), text("1040")},
                                                {text("25000"), nothing, text("-1040")},
                                                {text("25000"), nothing, text("2")},
                                                {text("25000"), nothing, text("1040.5")},
                                                {text("25000"), nothing, text("99999999999999999999")},
                                                {text("25000"), nothing, nothing}})
        CHECK(understood(replies).what == kind::nonsense);
}
