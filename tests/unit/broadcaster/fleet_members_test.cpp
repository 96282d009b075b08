#include "domain/fleet_members.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const fleet_members::time_point t0{1000s};
using names = std::vector<std::string>;

}  // namespace

TEST_CASE("the name of a replica says where it is, whatever the host is called") {
    CHECK(replica_name("u-1", "pod-7.local") == "u-1@pod-7.local");
    CHECK(replica_name("u-1", "a b\n\xc3") == "u-1@ab");
    CHECK(replica_name("u-1", "") == "u-1");
    CHECK(replica_name("u-1", std::string(300, 'x')).size() == 67);
}

TEST_CASE("fleet: replicas join when they are heard, and go when they leave or fall silent") {
    fleet_members m("b");
    CHECK(m.all() == names{"b"});
    CHECK_FALSE(m.heard({"b", false, false}, t0));
    CHECK(m.heard({"a", false, true}, t0));
    CHECK_FALSE(m.heard({"a", false, false}, t0 + 1s));
    CHECK(m.heard({"c", false, false}, t0 + 1s));
    CHECK(m.all() == names{"a", "b", "c"});
    CHECK(m.heard({"c", true, false}, t0 + 2s));
    CHECK_FALSE(m.heard({"c", true, false}, t0 + 2s));
    CHECK_FALSE(m.forget_silent(t0 + 4s));
    CHECK(m.forget_silent(t0 + 5s));
    CHECK(m.all() == names{"b"});
}

TEST_CASE("fleet: news survive their JSON, and malformed news are rejected") {
    const auto back = fleet_news::parse(fleet_news{"r", true, false}.to_json());
    REQUIRE(back);
    CHECK(back->replica == "r");
    CHECK(back->leaving);
    CHECK_FALSE(back->asks);
    for (const char* text : {"", "[]", "{}", R"({"replica":1})", R"({"replica":""})"})
        CHECK_FALSE(fleet_news::parse(text));
}

TEST_CASE("fleet: each replica says what its file holds, but one of an earlier version does not") {
    fleet_members m("b");
    fleet_news n{"a", false, false};
    n.files = "42";
    const auto told = fleet_news::parse(n.to_json());
    REQUIRE(told);
    m.heard(*told, t0);
    m.heard(*fleet_news::parse(R"({"replica":"c"})"), t0);
    CHECK(m.files_of("a") == "42");
    CHECK(m.files_of("c").empty());
    CHECK(m.files_of("x").empty());
}
