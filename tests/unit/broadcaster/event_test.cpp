#include "delivery/event.hpp"

#include "support/catch.hpp"

namespace tidings::broadcaster {

namespace {

std::shared_ptr<event> event_of(const std::string& key) {
    return make_event(bus::make_message("todos.events", "", {{"ce-partitionkey", key}}, "{}"), "TODOS", {7, 1}, 0);
}

}  // namespace

TEST_CASE("the lane of an event is its key, one for all, or none, as the order says") {
    const auto e = event_of("k");
    CHECK(lane_of(*e, ordering::none).empty());
    CHECK(lane_of(*e, ordering::per_key) == "k");
    CHECK(lane_of(*e, ordering::strict) == lane_of(*event_of("other"), ordering::strict));
}

TEST_CASE("no key is the lane of strict order") {
    const auto strict = lane_of(*event_of("k"), ordering::strict);
    for (const std::string key : {"strict", "%", "%%", "%25", " "}) {
        CAPTURE(key);
        CHECK(lane_of(*event_of(key), ordering::per_key) != strict);
    }
}

TEST_CASE("the content type is the message's, or that of its data, or JSON") {
    const auto content_type = [](const bus::headers& h) {
        return make_event(bus::make_message("orders.made", "", h, "{}"), "ORDERS", {7, 1}, 0)->content_type;
    };
    CHECK(content_type({{"Content-Type", "text/plain"}, {"ce-datacontenttype", "text/csv"}}) == "text/plain");
    CHECK(content_type({{"ce-datacontenttype", "text/csv"}}) == "text/csv");
    CHECK(content_type({}) == "application/json");
}

}  // namespace tidings::broadcaster
