#include "domain/endpoint.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("an endpoint gets the event types it lists") {
    using list = std::vector<std::string>;
    CHECK(wants_event({}, "anything"));
    CHECK(wants_event({}, ""));
    CHECK(wants_event(list{"io.tidings.todo.created.v1"}, "io.tidings.todo.created.v1"));
    CHECK_FALSE(wants_event(list{"io.tidings.todo.created.v1"}, "io.tidings.todo.created.v10"));
    CHECK(wants_event(list{"io.tidings.todo.*"}, "io.tidings.todo.deleted.v1"));
    CHECK_FALSE(wants_event(list{"io.tidings.todo.*"}, "io.tidings.list.deleted.v1"));
    CHECK(wants_event(list{"a", "b"}, "b"));
    CHECK(wants_event(list{"*"}, ""));
    CHECK_FALSE(wants_event(list{"a"}, ""));
}

TEST_CASE("names of endpoints are safe in consumer names and labels") {
    CHECK(valid_endpoint_name("demo"));
    CHECK(valid_endpoint_name("billing-2"));
    CHECK_FALSE(valid_endpoint_name(""));
    CHECK_FALSE(valid_endpoint_name("Demo"));
    CHECK_FALSE(valid_endpoint_name("a.b"));
    CHECK_FALSE(valid_endpoint_name("a b"));
    CHECK(valid_endpoint_name(std::string(40, 'a')));
    CHECK_FALSE(valid_endpoint_name(std::string(41, 'a')));
}

TEST_CASE("the default schedule grows") {
    const auto schedule = default_retry_schedule();
    REQUIRE(schedule.size() == 10);
    for (std::size_t i = 1; i < schedule.size(); ++i)
        CHECK(schedule[i] > schedule[i - 1]);
}
