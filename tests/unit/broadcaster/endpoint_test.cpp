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

TEST_CASE("a * in a type stands for any characters, wherever it is") {
    const auto wants = [](const char* pattern, const char* type) {
        return wants_event(std::vector<std::string>{pattern}, type);
    };
    CHECK(wants("io.*.created", "io.acme.created"));
    CHECK(wants("io.*.created", "io.acme.orders.created"));
    CHECK_FALSE(wants("io.*.created", "io.acme.created.v1"));
    CHECK_FALSE(wants("io.*.created", "io.created"));
    CHECK(wants("*.created", ".created"));
    CHECK(wants("*.created", "a.created.b.created"));
    CHECK_FALSE(wants("*.created", "created"));
    CHECK(wants("a*b*c", "abbbcc"));
    CHECK_FALSE(wants("a*b*c", "acb"));
    CHECK(wants("**", ""));
    CHECK_FALSE(wants("a**", "b"));
    CHECK_FALSE(wants("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
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
