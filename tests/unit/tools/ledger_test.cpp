#include "ledger.hpp"

#include "support/catch.hpp"

using namespace tidings::receiver;

namespace {

std::int64_t count(const ledger& l, std::string_view what) { return l.stats().at(what).to_number<std::int64_t>(); }

}  // namespace

TEST_CASE("ids are kept once, in order of first arrival") {
    id_log log;
    CHECK(log.arrived("b"));
    CHECK(log.arrived("a"));
    CHECK_FALSE(log.arrived("b"));
    CHECK(log.arrived("ab"));
    CHECK(log.lines() == "b\na\nab\n");
    CHECK(log.size() == 3);
    CHECK(log.accepted("a"));
    CHECK_FALSE(log.accepted("a"));
    CHECK(log.accepted("never came"));
    CHECK(log.accepted_size() == 1);
}

TEST_CASE("a million ids can be stored") {
    id_log log;
    std::string id = "019c2d7e-0000-7000-8000-000000000000";
    for (int i = 0; i < 1'000'000; ++i) {
        const auto number = std::to_string(i);
        id.replace(id.size() - number.size(), number.size(), number);
        REQUIRE(log.arrived(id));
    }
    CHECK_FALSE(log.arrived(id));
    CHECK(log.size() == 1'000'000);
    CHECK(log.lines().size() == 37'000'000);
}

TEST_CASE("a retry is a duplicate, and a repetition once accepted") {
    ledger l;
    for (const unsigned status : {500U, 204U, 204U}) {
        l.received("/a");
        l.arrived("/a", {"id-1", "", ""});
        l.answered("/a", "id-1", status);
    }
    l.received("/b");
    l.arrived("/b", {"id-1", "", ""});
    l.answered("/b", "id-1", 0);
    CHECK(count(l, "received") == 4);
    CHECK(count(l, "unique") == 2);
    CHECK(count(l, "duplicates") == 2);
    CHECK(count(l, "accepted") == 1);
    CHECK(count(l, "repeated") == 1);
    CHECK(l.stats().at("statuses").at("204") == 2);
    CHECK(l.stats().at("statuses").at("0") == 1);
    CHECK(l.stats().at("paths").at("/b").at("unique") == 1);
}

TEST_CASE("order is by first arrival per partition key and path") {
    ledger l;
    int id = 0;
    const auto arrive = [&](std::string_view path, std::string_view key, std::string_view sequence) {
        l.arrived(path, {std::to_string(++id), key, sequence});
        return count(l, "order_violations");
    };
    CHECK(arrive("/a", "x", "00000000000000000001") == 0);
    CHECK(arrive("/a", "x", "00000000000000000003") == 0);
    CHECK(arrive("/a", "y", "00000000000000000002") == 0);
    CHECK(arrive("/b", "x", "00000000000000000002") == 0);
    CHECK(arrive("/a", "x", "00000000000000000002") == 1);
    CHECK(arrive("/a", "x", "00000000000000000003") == 2);
    CHECK(arrive("/a", "x", "00000000000000000004") == 2);
    CHECK(arrive("/a", "x", "not a number") == 2);
    CHECK(arrive("/a", "", "1") == 2);
    l.arrived("/a", {"1", "x", "00000000000000000001"});
    CHECK(count(l, "order_violations") == 2);
}
