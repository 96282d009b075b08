#include "http/client/connection_room.hpp"
#include "http/client/pool_policy.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace tidings::http::client;
using verdict = pool_policy::verdict;
using kind = exchange_end::kind;
using tidings::runtime::time_point;

namespace {

constexpr time_point start{1000h};
constexpr exchange_end reusable{.how = kind::answered, .reusable = true};

}  // namespace

TEST_CASE("the end of an exchange decides about its connection") {
    struct row {
        const char* what;
        exchange_end end;
        verdict expected;
    };
    const row rows[] = {
        {"a response, and the connection may go on", reusable, verdict::keep},
        {"a response that ends the connection", {.how = kind::answered}, verdict::close},
        {"more than a response", {.how = kind::answered, .reusable = true, .out_of_step = true}, verdict::close},
        {"closed without a response when it had been used before",
         {.how = kind::lost, .used_before = true},
         verdict::resend},
        {"closed without a response when it was new", {.how = kind::lost}, verdict::close},
        {"bytes that begin no response when it had been used before",
         {.how = kind::lost, .out_of_step = true, .used_before = true},
         verdict::resend},
        {"closed within a response", {.how = kind::lost, .used_before = true, .response_begun = true}, verdict::close},
        {"a deadline or cancel", {.how = kind::failed, .used_before = true}, verdict::close},
    };
    for (const auto& r : rows) {
        INFO(r.what);
        pool_policy policy(60s);
        CHECK(policy.after(1, r.end, start) == r.expected);
        CHECK(policy.idle() == (r.expected == verdict::keep ? 1 : 0));
    }
}

TEST_CASE("the most recently used connection goes first, each only once") {
    pool_policy policy(60s);
    CHECK_FALSE(policy.take_idle());
    for (const std::size_t slot : {7, 3, 5})
        policy.after(slot, reusable, start);
    CHECK(policy.take_idle() == 5);
    CHECK(policy.take_idle() == 3);
    CHECK(policy.take_idle() == 7);
    CHECK_FALSE(policy.take_idle());
}

TEST_CASE("only a quiet connection is reused") {
    pool_policy policy(60s);
    CHECK(policy.may_use(idle_state::quiet, start));
    CHECK_FALSE(policy.may_use(idle_state::ended, start));
    CHECK(policy.may_use(idle_state::quiet, start));
}

TEST_CASE("after unsolicited bytes no connection is reused for a minute") {
    pool_policy policy(60s);
    policy.after(1, reusable, start);
    policy.after(2, reusable, start);
    SECTION("seen by a check") { CHECK_FALSE(policy.may_use(idle_state::out_of_step, start)); }
    SECTION("seen by a read") { policy.ended(2, idle_state::out_of_step, start); }
    SECTION("seen after a response") {
        policy.after(3, {.how = kind::answered, .reusable = true, .out_of_step = true}, start);
    }
    const auto trusted = start + pool_policy::distrust_time;
    CHECK_FALSE(policy.may_use(idle_state::quiet, trusted - 1ms));
    CHECK(policy.after(4, reusable, trusted - 1ms) == verdict::close);
    CHECK(policy.after(4, reusable, trusted) == verdict::keep);
    CHECK(policy.may_use(idle_state::quiet, trusted));
}

TEST_CASE("a closed idle connection is not offered") {
    pool_policy policy(60s);
    policy.after(1, reusable, start);
    policy.after(2, reusable, start);
    policy.ended(2, idle_state::ended, start);
    CHECK(policy.take_idle() == 1);
    CHECK_FALSE(policy.take_idle());
    CHECK(policy.may_use(idle_state::quiet, start));  // no reason for distrust
}

TEST_CASE("a connection to an address that is gone carries no further exchange") {
    pool_policy policy(60s);
    policy.after(1, reusable, start);
    policy.after(2, reusable, start);
    REQUIRE(policy.take_idle() == 2);
    CHECK(policy.retire(1));  // idle
    CHECK_FALSE(policy.take_idle());
    CHECK_FALSE(policy.retire(2));  // in use
    CHECK_FALSE(policy.retire(2));
    CHECK(policy.after(2, reusable, start) == verdict::close);
    CHECK(policy.after(2, reusable, start) == verdict::keep);  // a new one in the same place
}

TEST_CASE("a connection is closed after its idle timeout") {
    pool_policy policy(60s);
    policy.after(1, reusable, start);
    policy.after(2, reusable, start + 10s);
    CHECK(policy.take_unused(start + 60s).empty());
    CHECK(policy.take_unused(start + 65s) == std::vector<std::size_t>{1});
    CHECK(policy.take_unused(start + 65s).empty());
    CHECK(policy.idle() == 1);
}

TEST_CASE("unsolicited bytes are a timeout notice or a peer out of step") {
    CHECK(meaning_of("HTTP/1.1 408 Request Timeout\r\n") == idle_state::ended);
    CHECK(meaning_of("HTTP/1.0 408") == idle_state::ended);
    CHECK(meaning_of("HTTP/1.1 500 Oops\r\n") == idle_state::out_of_step);
    CHECK(meaning_of("x") == idle_state::out_of_step);
}

TEST_CASE("each address gets its share of the remaining time") {
    const auto deadline = start + 12s;
    CHECK(deadline_of_address(start, deadline, 2) == start + 4s);
    CHECK(deadline_of_address(start, deadline, 1) == start + 6s);
    CHECK(deadline_of_address(start, deadline, 0) == time_point::max());  // the exchange's own deadline holds
}

TEST_CASE("for others' sake those are closed that are idle for the longest") {
    pool_policy policy(60s);
    for (const std::size_t n : {1, 2, 3})
        policy.after(n, reusable, start + n * 1s);
    std::vector<time_point> idle;
    policy.add_idle_times(idle);
    CHECK(idle == std::vector<time_point>{start + 1s, start + 2s, start + 3s});
    CHECK(policy.take_idle_since(start + 2s) == std::vector<std::size_t>{1, 2});
    CHECK(policy.idle() == 1);
    CHECK(policy.take_idle() == 3);
}

TEST_CASE("idle connections make room when a connection more than the most is opened, and only then") {
    int made = 0;
    connection_room room(2, [&made] { ++made; });
    room.open();
    room.open();
    CHECK(made == 0);
    room.open();  // none is refused
    CHECK(made == 1);
    room.closed();
    room.closed();
    room.open();
    CHECK(made == 1);
}
