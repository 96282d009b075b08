// What a takeover makes of positions that are gone or cannot be read.
#include "domain/takeover.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;
using position = std::optional<done_set>;

namespace {

const endpoint_position unreadable{.stream = {}, .at = {}, .served = false};

endpoint_ptr named(std::string name) {
    endpoint e;
    e.name = std::move(name);
    e.source_stream = "TODOS";
    return std::make_shared<const endpoint>(std::move(e));
}

// Messages 11 .. 100, of which the shard has done those below 50; this process was started at 91.
takeover plan(const kept_positions& k, const std::vector<endpoint_ptr>& endpoints) {
    return plan_takeover(k, endpoints, {{"TODOS", {"c", 11, 100, 91}}}, "me", "e1");
}

kept_positions kept_with(std::map<std::string, endpoint_position> own,
                         std::map<std::string, endpoint_position> starts) {
    return {7, shard_record{"old", "e0", {{"TODOS", {"c", 50}}}}, std::move(own), std::move(starts)};
}

}  // namespace

TEST_CASE("takeover: an own position that cannot be read is as if the endpoint had taken nothing") {
    const auto old = plan(kept_with({{"a", unreadable}}, {{"a", {"TODOS", {"c", 1}}}}), {named("a")});
    CHECK(old.openings[0].endpoints[0].own == position(11));  // not 1: what is gone is no gap to be told
    CHECK(old.own.at("a") == endpoint_position{"TODOS", {"c", 11}});
    const auto later = plan(kept_with({{"a", unreadable}}, {{"a", {"TODOS", {"c", 30}}}}), {named("a")});
    CHECK(later.openings[0].endpoints[0].own == position(30));
}

TEST_CASE("takeover: an endpoint whose start cannot be read begins at the oldest event, and has one again") {
    const auto t = plan(kept_with({}, {{"a", unreadable}}), {named("a")});
    CHECK(t.openings[0].endpoints[0].start == 11);
    CHECK(t.openings[0].endpoints[0].own == position(11));
    CHECK(t.unserved.at("a") == endpoint_position{"TODOS", {"c", 11}, false});
    const auto own = plan(kept_with({{"a", {"TODOS", {"c", 20}}}}, {{"a", unreadable}}), {named("a")});
    CHECK(own.openings[0].endpoints[0].own == position(20));
}

TEST_CASE("takeover: what cannot be read of an endpoint that is not known here stays so for whoever knows it") {
    for (const auto& k :
         {kept_with({{"x", unreadable}}, {{"x", {"TODOS", {"c", 1}}}}), kept_with({}, {{"x", unreadable}})}) {
        const auto back = endpoint_position::parse(plan(k, {}).own.at("x").to_json());
        CHECK(back.value().unreadable());
    }
}

TEST_CASE("takeover: with fewer own positions than its key counts the shard goes on at the lowest of them") {
    const std::map<std::string, endpoint_position> starts{
        {"a", {"TODOS", {"c", 1}}}, {"b", {"TODOS", {"c", 30}}}, {"x", {"TODOS", {"c", 1}}}};
    auto k = kept_with({{"a", {"TODOS", {"c", 25}}}}, starts);
    k.record->streams["TODOS"].own = {2, 20};
    const auto t = plan(k, {named("a"), named("b")});
    CHECK(with_lost_positions(k) == std::vector<std::string>{"TODOS"});
    CHECK(t.openings[0].at == shard_position{"c", 20, {1, 25}});
    CHECK(t.record.streams.at("TODOS") == t.openings[0].at);
    CHECK(t.openings[0].endpoints[0].own == position(25));
    CHECK(t.openings[0].endpoints[1].own == position());
    CHECK(t.openings[0].endpoints[1].start == 30);
    CHECK(t.own.at("x") == endpoint_position{"TODOS", {"c", 20}});  // not known here: it may be the one
    k.record->streams["TODOS"].own = {2, 5};                        // what is gone is no gap to be told
    CHECK(plan(k, {named("a")}).openings[0].at.next == 11);
    k.record->streams["TODOS"].own = {2, 60};  // beyond the shard's own
    CHECK(plan(k, {named("a")}).openings[0].at.next == 50);
    k.record->streams["TODOS"].own = {1, 25};
    CHECK(with_lost_positions(k).empty());
    CHECK(plan(k, {named("a")}).openings[0].at.next == 50);
}

TEST_CASE("takeover: own positions that are gone of a stream that is not there now are missed as well") {
    auto k = kept_with({{"a", unreadable}}, {});
    k.record->streams["OTHER"] = {"c", 40, {2, 20}};
    CHECK(with_lost_positions(k) == std::vector<std::string>{"OTHER"});
    CHECK(plan(k, {}).record.streams.at("OTHER") == shard_position{"c", 20});
    k.record->streams["OTHER"].own.count = 1;  // the one that cannot be read may be of it
    CHECK(plan(k, {}).record.streams.at("OTHER") == shard_position{"c", 40});
}

TEST_CASE("takeover: a stream that was made anew begins at its beginning, whatever is gone") {
    auto k = kept_with({}, {{"a", {"TODOS", {"c", 1}}}});
    k.record->streams["TODOS"] = {"c", 200, {1, 90}};  // it has lost its end
    const auto t = plan(k, {named("a")});
    CHECK(t.openings[0].made_anew);
    CHECK(t.openings[0].at.next == 11);
}

TEST_CASE("takeover: with fewer starts than its key counts an endpoint that has none goes on with its shard") {
    auto k = kept_with({}, {{"a", {"TODOS", {"c", 1}}}, {"new", {"TODOS", {"c", 95}, false}}});
    k.record->starts = 2;
    CHECK(has_lost_starts(k));
    const auto t = plan(k, {named("a"), named("b")});
    CHECK(t.openings[0].endpoints[1].own == position());
    CHECK(t.openings[0].endpoints[1].start == 50);  // not 91, when this process was started
    CHECK(t.starts.at("b") == endpoint_position{"TODOS", {"c", 50}, false});
    CHECK(t.record.starts == 1);
    k.record->starts = 1;
    CHECK_FALSE(has_lost_starts(k));
    CHECK(plan(k, {named("b")}).openings[0].endpoints[0].start == 91);
}

TEST_CASE("a shard has lost its key if there is none, and endpoints of it were served") {
    CHECK_FALSE(has_lost_its_key({}));
    CHECK_FALSE(has_lost_its_key({0, {}, {}, {{"a", {"TODOS", {"c", 1}, false}}}}));
    CHECK(has_lost_its_key({0, {}, {}, {{"a", {"TODOS", {"c", 1}}}}}));
    CHECK_FALSE(has_lost_its_key(kept_with({}, {{"a", {"TODOS", {"c", 1}}}})));
}
