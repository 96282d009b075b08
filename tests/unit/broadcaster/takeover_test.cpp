#include "domain/takeover.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using position = std::optional<done_set>;

namespace {

endpoint_ptr named(std::string name, bool from_the_beginning = false) {
    endpoint e;
    e.name = std::move(name);
    e.source_stream = "TODOS";
    e.from_the_beginning = from_the_beginning;
    return std::make_shared<const endpoint>(std::move(e));
}

// Of the API, begun at `sequence`.
endpoint_ptr made_at(std::uint64_t sequence) {
    endpoint e = *named("made");
    e.incarnation = "0a1b";
    e.start_created = "c";
    e.start_sequence = sequence;
    return std::make_shared<const endpoint>(std::move(e));
}

// Messages 11 .. 100; this process was started at 91.
const std::map<std::string, stream_now> todos{{"TODOS", {"c", 11, 100, 91}}};

kept_positions kept_at(std::uint64_t next) {
    kept_positions k;
    k.revision = 7;
    k.record = shard_record{"old", "e0", {{"TODOS", {"c", next}}}};
    return k;
}

takeover plan(const kept_positions& k, const std::vector<endpoint_ptr>& endpoints) {
    return plan_takeover(k, endpoints, todos, "me", "e1");
}

}  // namespace

TEST_CASE("takeover: the shard goes on where its record says, under a new epoch") {
    auto k = kept_at(50);
    k.starts["a"] = {"TODOS", {"c", 1}};
    const auto t = plan(k, {named("a")});
    CHECK(t.record.owner == "me");
    CHECK(t.record.epoch == "e1");
    REQUIRE(t.openings.size() == 1);
    CHECK(t.openings[0].at.next == 50);
    CHECK(t.openings[0].endpoints[0].own == position());
    CHECK(t.own.empty());
    CHECK(t.starts.empty());
    CHECK(t.unserved.empty());
}

TEST_CASE("takeover: an endpoint that read alone reads alone again") {
    auto k = kept_at(50);
    k.starts["a"] = {"TODOS", {"c", 1}};
    k.own["a"] = {"TODOS", {"c", 20}};
    const auto t = plan(k, {named("a")});
    CHECK(t.openings[0].endpoints[0].own == position(20));
    CHECK(t.own.at("a").at.next == 20);
}

TEST_CASE("takeover: what an endpoint has done above its position stays done") {
    auto k = kept_at(50);
    k.own["a"] = {"TODOS", {"c", 20}, true, 40, {20, 30}};
    const auto t = plan(k, {named("a")});
    CHECK(t.openings[0].endpoints[0].own->contains(31));
    CHECK_FALSE(t.openings[0].endpoints[0].own->contains(30));
    CHECK(t.own.at("a") == k.own.at("a"));
    CHECK(plan(k, {named("b")}).own.at("a") == k.own.at("a"));
}

TEST_CASE("takeover: a new endpoint begins now, or at the beginning, and what it may have missed it reads alone") {
    const auto t = plan(kept_at(95), {named("now"), named("all", true)});
    CHECK(t.starts.at("now").at.next == 91);
    CHECK(t.starts.at("all").at.next == 1);
    CHECK_FALSE(t.starts.at("now").served);
    CHECK(t.unserved.size() == 2);
    CHECK(t.own.at("now").at.next == 91);
    CHECK(t.own.at("all").at.next == 1);
    const auto behind = plan(kept_at(80), {named("now")});
    CHECK(behind.own.empty());
    CHECK(behind.openings[0].endpoints[0].start == 91);
}

TEST_CASE("takeover: an endpoint that had a durable consumer goes on where that left off") {
    auto streams = todos;
    streams["TODOS"].inherited = {{"a", 40}, {"known", 41}};
    auto k = kept_at(95);
    k.starts["known"] = {"TODOS", {"c", 60}};
    const std::vector<endpoint_ptr> endpoints{named("a"), named("b"), named("known")};
    const auto t = plan_takeover(k, endpoints, streams, "me", "e1");
    CHECK(t.starts.at("a").at.next == 40);
    CHECK(t.own.at("a").at.next == 40);
    CHECK(t.starts.at("b").at.next == 91);
    CHECK_FALSE(t.own.contains("known"));
}

TEST_CASE("takeover: a stream that is read for the first time is read together, from the earliest that is wanted") {
    kept_positions k;
    k.revision = 7;
    k.record = shard_record{};
    CHECK(plan(k, {named("a"), named("b")}).openings[0].at.next == 91);
    const auto t = plan(k, {named("a"), named("all", true)});
    CHECK(t.openings[0].at.next == 11);
    CHECK(t.own.empty());
    CHECK(t.openings[0].endpoints[0].start == 91);
}

TEST_CASE("takeover: a shard whose key was lost starts at the oldest event: repeated, never skipped") {
    const auto t = plan({}, {named("a")});
    CHECK(t.openings[0].at.next == 11);
    CHECK(t.openings[0].endpoints[0].start <= 11);
    auto unreadable = kept_at(50);
    unreadable.record.reset();
    CHECK(plan(unreadable, {named("a")}).openings[0].at.next == 11);
}

TEST_CASE("takeover: a stream that was made anew, or is shorter than its position, starts at its beginning") {
    auto k = kept_at(50);
    k.record->streams["TODOS"].created = "another";
    k.own["a"] = {"TODOS", {"another", 20}};
    const auto t = plan(k, {named("a")});
    CHECK(t.openings[0].made_anew);
    CHECK(t.openings[0].at.next == 11);
    CHECK(t.own.empty());
    CHECK(plan(kept_at(101), {named("a")}).openings[0].at.next == 101);
    CHECK(plan(kept_at(102), {named("a")}).openings[0].made_anew);
}

TEST_CASE(
    "takeover: of a stream that was made anew its endpoints get everything, also what came while nobody read it") {
    auto k = kept_at(50);
    k.record->streams["TODOS"].created = "another";
    k.starts["a"] = {"TODOS", {"another", 20}};
    const auto t = plan(k, {named("a"), named("fresh")});
    CHECK(t.openings[0].endpoints[0].start == 1);
    CHECK(t.openings[0].endpoints[0].own == position());
    CHECK(t.openings[0].endpoints[1].start == 91);
}

TEST_CASE("takeover: an endpoint that was served of a stream made anew rides on, one that was not gets all of it") {
    auto k = kept_at(50);
    k.starts["a"] = {"TODOS", {"another", 20}};
    k.starts["unserved"] = {"TODOS", {"another", 20}, false};
    k.starts["moved"] = {"ORDERS", {"another", 20}};
    const auto t = plan(k, {named("a"), named("unserved"), named("moved")});
    CHECK(t.openings[0].endpoints[0].start <= 50);
    CHECK(t.openings[0].endpoints[0].own == position());
    CHECK_FALSE(t.unserved.contains("a"));
    CHECK(t.openings[0].endpoints[1].own == position(1));
    CHECK(t.unserved.at("unserved") == endpoint_position{"TODOS", {"c", 1}, false});
    CHECK(t.openings[0].endpoints[2].start == 91);
    auto api = kept_at(50);
    api.starts["made_0a1b"] = {"TODOS", {"another", 20}};
    const endpoint_ptr made = [] {
        auto e = *made_at(20);
        e.start_created = "another";
        return std::make_shared<const endpoint>(std::move(e));
    }();
    CHECK(plan(api, {made}).own.empty());
}

TEST_CASE("takeover: who began beyond what is left of a stream that lost its end begins at its beginning") {
    auto k = kept_at(140);
    k.starts["late"] = {"TODOS", {"c", 120}};
    k.starts["early"] = {"TODOS", {"c", 20}};
    const auto t = plan(k, {named("late"), named("early")});
    CHECK(t.openings[0].made_anew);
    CHECK(t.openings[0].endpoints[0].start == 1);
    CHECK(t.openings[0].endpoints[1].start == 20);
}

TEST_CASE("takeover: who has read alone beyond what is left of a stream that lost its end begins at its beginning") {
    auto k = kept_at(50);
    k.starts["a"] = {"TODOS", {"c", 20}};
    k.starts["waits"] = {"TODOS", {"c", 140}};
    k.own["a"] = {"TODOS", {"c", 102}};
    k.own["waits"] = {"TODOS", {"c", 140}};  // for the event that it begins with
    const auto t = plan(k, {named("a"), named("waits")});
    CHECK(t.openings[0].endpoints[0].own == position(1));
    CHECK(t.openings[0].endpoints[1].own == position(140));
    k.own["a"] = {"TODOS", {"c", 90}, true, 102, {90}};
    CHECK(plan(k, {named("a")}).openings[0].endpoints[0].own == position(1));
}

TEST_CASE("takeover: endpoints that this process does not know keep their place") {
    auto k = kept_at(50);
    k.starts["rides"] = {"TODOS", {"c", 1}};
    k.starts["alone"] = {"TODOS", {"c", 1}};
    k.starts["new"] = {"TODOS", {"c", 60}, false};
    k.own["alone"] = {"TODOS", {"c", 20}};
    const auto t = plan(k, {named("a")});
    CHECK(t.own.at("rides").at.next == 50);
    CHECK(t.own.at("alone").at.next == 20);
    CHECK(t.own.at("new").at.next == 60);
}

TEST_CASE("takeover: a stream that is not there leaves everything as it is") {
    auto k = kept_at(50);
    k.starts["a"] = {"TODOS", {"c", 1}};
    const std::vector<endpoint_ptr> endpoints{named("a")};
    const auto t = plan_takeover(k, endpoints, {}, "me", "e1");
    CHECK(t.openings.empty());
    CHECK(t.record.streams.at("TODOS").next == 50);
    CHECK(t.own.at("a").at.next == 50);
}

TEST_CASE("takeover: a stream that comes into being later is read from its first message") {
    takeover t;
    const std::vector<endpoint_ptr> endpoints{named("a")};
    const auto o = open_new_stream({}, endpoints, "TODOS", {"c", 1, 5, 1}, t);
    CHECK(o.at.next == 1);
    CHECK(o.endpoints.size() == 1);
    CHECK(t.starts.contains("a"));
    CHECK(t.record.streams.at("TODOS").next == 1);
}

TEST_CASE("takeover: an endpoint of the API begins at its own sequence, whatever became of the positions") {
    CHECK(plan(kept_at(95), {made_at(93)}).own.at("made_0a1b").at.next == 93);
    const auto ahead = plan(kept_at(95), {made_at(101)});
    CHECK(ahead.own.empty());
    CHECK(ahead.openings[0].endpoints[0].start == 101);
    CHECK(ahead.unserved.contains("made_0a1b"));
    CHECK(plan({}, {made_at(60)}).openings[0].endpoints[0].start == 60);
    auto k = kept_at(50);
    k.starts["made_0a1b"] = {"TODOS", {"c", 20}};
    CHECK(plan(k, {made_at(20)}).own.empty());
    k.starts.clear();
    k.starts["made_ffff"] = {"TODOS", {"c", 20}};  // an earlier one of the same name
    CHECK(plan(k, {made_at(60)}).openings[0].endpoints[0].start == 60);
}

TEST_CASE("takeover: an endpoint that joins a shard in progress reads alone what the shard has read already") {
    takeover t;
    const std::vector<endpoint_ptr> endpoints{made_at(70), named("known")};
    auto k = kept_at(90);
    k.own["known"] = {"TODOS", {"c", 30}};
    k.starts["known"] = {"TODOS", {"c", 10}};
    const auto o = open_new_stream(k, endpoints, "TODOS", {"c", 1, 89, 90}, t);
    CHECK(o.at.next == 90);
    CHECK(o.endpoints[0].own == position(70));
    CHECK(o.endpoints[1].own == position(30));
    CHECK(t.starts.size() == 1);
    CHECK(t.unserved.size() == 1);
}
