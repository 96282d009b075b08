#include "domain/fleet_scope.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("fleet scope: each stream has its own names, and TODOS those that were there before") {
    CHECK(scope_of("TODOS").empty());
    CHECK(scope_of("ORDERS") == "_ORDERS.");
    CHECK(scope_of("a-b_C9") == "_a-b_C9.");
    CHECK(shard_name(scope_of("TODOS"), 3) == "3");
    CHECK(shard_name(scope_of("ORDERS"), 12) == "_ORDERS.12");
}

TEST_CASE("fleet scope: what a key may not hold is escaped, and two streams are never one") {
    CHECK(scope_of("\xc3\xbc$") == "_=C3=BC=24.");
    CHECK(scope_of("=C3") == "_=3DC3.");
    CHECK(scope_of("a=") != scope_of("a=3D"));
}

TEST_CASE("fleet scope: a key of another scope is none of ours") {
    const auto orders = scope_of("ORDERS");
    CHECK(without_scope("a", "") == "a");
    CHECK(without_scope("a.resumed", "") == "a.resumed");
    CHECK(without_scope("_ORDERS.a", "").empty());
    CHECK(without_scope("_ORDERS.a.resumed", orders) == "a.resumed");
    CHECK(without_scope("a", orders).empty());
    CHECK(without_scope("_ORDERS2.a", orders).empty());
    CHECK(without_scope("_ORDER.a", orders).empty());
}
