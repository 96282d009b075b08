#include "delivery/retry_message.hpp"

#include "domain/lane_key.hpp"
#include "support/catch.hpp"

namespace tidings::broadcaster {

namespace {

const retry_queue::time_point noon(std::chrono::hours(12));

std::shared_ptr<event> event_with(const bus::headers& h, std::string_view body) {
    return make_event(bus::make_message("orders.paid", "", h, body), "ORDERS", {7, 42}, 5'000);
}

bus::stored_message stored(const retry_message& m) {
    return {1, "webhooks.retries.0.a.7.42", std::string(m.body), "", m.headers};
}

}  // namespace

TEST_CASE("a message to be retried is read as it was written") {
    const auto e = event_with({{"Nats-Msg-Id", "e-1"}, {"X-Trace", "t"}, {"ce-type", "paid"}}, "body");
    const retry_queue::entry tried{0, 3, noon, "k", false};
    const auto m = write_retry(*e, tried, "ORDERS", "epoch", 1'000'000);
    const auto note = read_retry(bus::make_message(retry_subject("2", "a", {7, 42}), "", m.headers, m.body));
    REQUIRE(note);
    CHECK(note->endpoint == "a");
    CHECK(note->epoch == "epoch");
    CHECK(note->id == retry_id{7, 42});
    CHECK(note->entry.attempts == 3);
    CHECK(note->entry.due == noon);
    CHECK(note->entry.key == "k");
    const auto again = event_of_retry(stored(m), {7, 42}, nullptr);
    CHECK(again->body == "body");
    CHECK(again->id == "e-1");
    CHECK(again->subject == "orders.paid");
    CHECK(again->sequence == 42);
    CHECK(again->msg.header("X-Trace") == "t");
    CHECK(again->passed_headers == "\r\nNats-Subject: orders.paid\r\nce-type: paid");
    CHECK(e->passed_headers == again->passed_headers);
}

TEST_CASE("what somebody else has published among the retries is none, however odd") {
    const auto foreign = [](const std::string& subject, const std::string& attempts, const std::string& due) {
        return read_retry(bus::make_message(subject, "", {{"Tidings-Attempts", attempts}, {"Tidings-Due", due}}, "x"));
    };
    const auto ours = retry_subject("0", "a", {7, 1});
    REQUIRE(foreign(ours, "1", "1000"));
    CHECK_FALSE(foreign("webhooks.retries.0.a.7.x", "1", "1000"));
    CHECK_FALSE(foreign("webhooks.retries.0.a.99999999999.1", "1", "1000"));
    CHECK_FALSE(foreign("retries", "1", "1000"));
    CHECK_FALSE(foreign(ours, "many", "1000"));
    for (const auto* due : {"-1", "soon", "9223372036854775807", "9999999999999999"}) {
        CAPTURE(due);
        CHECK_FALSE(foreign(ours, "1", due));
    }
}

TEST_CASE("an event has an age, whatever a message says of when it was stored") {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto age = [&](const event& e) { return now - std::chrono::nanoseconds(e.stored_ns); };
    for (const auto* when : {"-9223372036854775808", "-1", "9223372036854775807", "9223372036854775808", "x", ""}) {
        CAPTURE(when);
        const bus::stored_message m{1, "s", "x", "", {{"Tidings-Subject", "s"}, {"Tidings-Stored-At", when}}};
        CHECK(age(*event_of_retry(m, {7, 42}, nullptr)) <= now);
    }
    for (const auto* when : {"0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "x"}) {
        CAPTURE(when);
        CHECK(age(*event_of_source({1, "s", "x", when, {}}, "ORDERS", {7, 42})) <= now);
    }
}

TEST_CASE("no header of a message to be retried is empty") {
    const auto m = write_retry(*event_with({}, "x"), {0, 0, noon, "", false}, "ORDERS", "", 1'000'000);
    for (const auto& [name, value] : m.headers) {
        CAPTURE(name);
        CHECK_FALSE(value.empty());
    }
}

TEST_CASE("a body that does not fit is left out, and found under its sequence in the source") {
    const auto e = event_with({}, std::string(2'000, 'x'));
    const auto m = write_retry(*e, {0, 0, noon, "", false}, "ORDERS", "", 2'000);
    CHECK(left_out_of(stored(m)) == left_out::body);
    CHECK(m.body.empty());
    CHECK(source_sequence_of(stored(m), {replay_incarnation, 3}) == 42);
    CHECK(source_sequence_of({1, "s", "", "", {}}, {7, 43}) == 43);
}

TEST_CASE("however long a partition key is, its lane is short: equal keys share one, others do not") {
    const auto key_of = [](const std::string& key) {
        return partition_key_of(*event_with({{"ce-partitionkey", key}}, "{}"));
    };
    const std::string longest(longest_lane_key, 'k');
    CHECK(key_of("a/b c%") == "a/b%20c%25");
    CHECK(key_of(longest) == longest);
    CHECK(key_of(longest + 'k').size() < longest_lane_key);
    CHECK(key_of(longest + 'k') == key_of(longest + 'k'));
    CHECK(key_of(longest + 'k') != key_of(longest + 'l'));
    CHECK(key_of(std::string(60'000, '\xe9')).size() < longest_lane_key);
}

TEST_CASE(
    "a retry fits into NATS' headers whatever the event's key is, and one of earlier versions has the same lane") {
    const std::string key(60'000, 'k');
    const auto e = event_with({{"ce-partitionkey", key}, {"Nats-Msg-Id", "e-1"}}, "body");
    const auto lane = partition_key_of(*e);
    const auto m = write_retry(*e, {0, 1, noon, lane, false}, "ORDERS", "epoch", 1'000'000);
    std::size_t bytes = 0;
    for (const auto& [name, value] : m.headers)
        bytes += name.size() + value.size() + 4;
    CHECK(bytes < 65'000);
    CHECK(key_of_retry(stored(m)) == lane);
    auto earlier = m.headers;
    for (auto& [name, value] : earlier)
        if (name == "Tidings-Key") value = key;
    const auto note = read_retry(bus::make_message(retry_subject("2", "a", {7, 42}), "", earlier, ""));
    REQUIRE(note);
    CHECK(note->entry.key == lane);
    CHECK(key_of_retry({1, "s", "", "", earlier}) == lane);
}

}  // namespace tidings::broadcaster
