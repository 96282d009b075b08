#include "domain/shard_record.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const shard_watch::time_point t0{1000s};

}  // namespace

TEST_CASE("a shard that is free or was released may be taken immediately") {
    shard_watch w;
    CHECK_FALSE(w.takeable(t0));  // not looked at yet
    w.saw(0, false, t0);
    CHECK(w.takeable(t0));
    w.saw(5, true, t0 + 1s);
    CHECK(w.takeable(t0 + 1s));
    CHECK(w.free_for(t0 + 3s) == 2s);
    CHECK(w.takeable_at() <= t0 + 1s);
}

TEST_CASE("a renewed shard is never taken, one whose owner fell silent is") {
    shard_watch w;
    for (std::uint64_t revision = 1; revision < 20; ++revision) {
        const auto now = t0 + revision * 1s;
        w.saw(revision, false, now);
        CHECK_FALSE(w.takeable(now + 1s));
    }
    const auto last = t0 + 19s;
    w.saw(19, false, last + 3s);
    CHECK_FALSE(w.takeable(last + 3999ms));
    CHECK(w.takeable(last + 4s));
    CHECK(w.takeable_at() == last + 4s);
    CHECK(w.free_for(last + 5s) == 1s);
}

TEST_CASE("a shard that another took between the look and the takeover is not taken from it") {
    shard_watch w;
    CHECK_FALSE(w.still_takeable(0, t0));  // not looked at yet
    w.saw(5, true, t0);
    CHECK(w.still_takeable(5, t0));
    CHECK_FALSE(w.still_takeable(6, t0));
    w.saw(7, false, t0);
    CHECK_FALSE(w.still_takeable(7, t0 + 1s));
    CHECK(w.still_takeable(7, t0 + 4s));
    CHECK_FALSE(w.still_takeable(8, t0 + 4s));
}

TEST_CASE("an owner stops before another may start, and renews well before it must stop") {
    CHECK(shard_owned_for < shard_taken_after);
    CHECK(shard_renewal * 2 < shard_owned_for);
    CHECK(shard_taken_after < 5s);
}

TEST_CASE("a shard's record survives its JSON, and malformed JSON is rejected") {
    const shard_record r{"replica-1", "e1", {{"TODOS", {"2026-01-01T00:00:00Z", 42}}, {"OTHER", {"x", 7, {3, 5}}}}, 4};
    const auto back = shard_record::parse(r.to_json());
    REQUIRE(back);
    CHECK(back->owner == "replica-1");
    CHECK(back->epoch == "e1");
    CHECK(back->streams == r.streams);
    CHECK(back->starts == 4);
    for (const char* text :
         {"", "x", "[]", "{}", R"({"owner":1,"epoch":"","streams":{}})", R"({"owner":"a","epoch":"e"})",
          R"({"owner":"a","epoch":"e","streams":{"T":{"created":"c","next":-1}}})",
          R"({"owner":"a","epoch":"e","streams":{"T":{"next":1}}})",
          R"({"owner":"a","epoch":"e","streams":{"T":3}})"}) {
        INFO(text);
        CHECK_FALSE(shard_record::parse(text));
    }
}

TEST_CASE("a shard's record that does not count positions, or not in numbers, counts none") {
    for (const char* own : {"", R"(,"own":3)", R"(,"own":{"count":1})", R"(,"own":{"count":-1,"lowest":2})",
                            R"(,"own":{"count":1,"lowest":"2"})"}) {
        INFO(own);
        const auto r = shard_record::parse(R"({"owner":"","epoch":"e","streams":{"T":{"created":"c","next":9)" +
                                           std::string(own) + "}}}");
        REQUIRE(r);
        CHECK(r->streams.at("T") == shard_position{"c", 9});
    }
}

TEST_CASE("an endpoint's position survives its JSON, and malformed JSON is rejected") {
    for (const bool served : {true, false}) {
        const endpoint_position p{"TODOS", {"c", 9}, served};
        CHECK(endpoint_position::parse(p.to_json()) == p);
    }
    for (const std::vector<std::uint64_t>& undone : {std::vector<std::uint64_t>{9}, {9, 10, 40}, {12, 99}}) {
        const endpoint_position p{"TODOS", {"c", 9}, true, 100, undone};
        CHECK(endpoint_position::parse(p.to_json()) == p);
    }
    for (const char* beyond :
         {R"("known":100)", R"("known":100,"undone":[])", R"("known":100,"undone":[1,0])",
          R"("known":100,"undone":[91])", R"("known":100,"undone":[-1])", R"("known":100,"undone":"1")",
          R"("known":9,"undone":[0])", R"("known":18446744073709551615,"undone":[1,18446744073709551600])"}) {
        INFO(beyond);
        const auto p = endpoint_position::parse(R"({"stream":"T","created":"c","next":9,)" + std::string(beyond) + '}');
        REQUIRE(p);
        CHECK(p->done() == done_set(9));
    }
    for (const char* text : {"", "[]", "{}", R"({"stream":"T","created":"c"})", R"({"created":"c","next":1})"}) {
        INFO(text);
        CHECK_FALSE(endpoint_position::parse(text));
    }
}
