// No reply of a server, however odd, may throw: what cannot be parsed counts as absent or rejected.
#include <boost/json/parse.hpp>

#include "bus/jetstream/consumer.hpp"
#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/publish_reply.hpp"
#include "bus/jetstream/stored_message.hpp"
#include "bus/jetstream/stream.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

namespace {

const auto odd_values = {
    "null", "true", "-1",    "1.5",        "1e300",  "-1e300",      "18446744073709551615", "\"7\"", "\"\"",
    "[]",   "{}",   "[[1]]", "{\"a\":{}}", "1e-300", "\"\\u0000\"", "9223372036854775808",  "-0.0"};

boost::json::object object_of(const std::string& text) { return boost::json::parse(text).as_object(); }

std::string everywhere(const std::string& odd, const std::vector<std::string>& keys) {
    std::string text = "{";
    for (const auto& key : keys)
        text += (text.size() > 1 ? ",\"" : "\"") + key + "\":" + odd;
    return text + "}";
}

}  // namespace

TEST_CASE("a server error with odd numbers and text is a rejection") {
    for (const std::string odd : odd_values) {
        CAPTURE(odd);
        std::string detail;
        CHECK(parse_api_reply(R"({"error":)" + everywhere(odd, {"code", "err_code", "description"}) + "}", detail)
                  .error() == errc::refused);
        CHECK_NOTHROW(parse_publish_reply(R"({"error":)" + odd + "}", detail));
    }
}

TEST_CASE("a write whose subject has another last sequence says so, also while another write of it is under way") {
    for (const std::string code : {"10071", "10164"}) {
        CAPTURE(code);
        std::string detail;
        const auto reply = R"({"error":{"code":400,"err_code":)" + code + R"(,"description":"wrong last sequence"}})";
        CHECK(parse_publish_reply(reply, detail).failure == errc::wrong_sequence);
    }
}

TEST_CASE("a publish is stored only when the reply has a sequence") {
    for (const std::string odd : odd_values) {
        if (odd == "18446744073709551615" || odd == "9223372036854775808") continue;  // large, but sequences
        CAPTURE(odd);
        std::string detail;
        CHECK(parse_publish_reply(R"({"stream":"S","seq":)" + odd + "}", detail).failure == errc::refused);
        CHECK(parse_publish_reply(R"({"seq":)" + odd + R"(,"stream":"S"})", detail).failure == errc::refused);
    }
    for (const std::string text : {R"({"stream":"S","seq":0})", R"({"stream":"S","seq":99999999999999999999})",
                                   R"({"stream":"S")", "\xff\xfe", "[1]", "{\"stream\":\"\xff\",\"seq\":x}"}) {
        CAPTURE(text);
        std::string detail;
        CHECK(parse_publish_reply(text, detail).failure == errc::refused);
    }
}

TEST_CASE("odd configurations and states of streams and consumers are read as absent") {
    stream_config wanted;
    wanted.name = "S";
    wanted.subjects = {"s"};
    for (const std::string odd : odd_values) {
        CAPTURE(odd);
        const auto stream =
            everywhere(odd, {"subjects", "max_age", "max_bytes", "max_msgs_per_subject", "duplicate_window"});
        CHECK_NOTHROW(stream_update(object_of(stream), wanted));
        const auto state = everywhere(odd, {"messages", "bytes", "first_seq", "last_seq"});
        CHECK_NOTHROW(read_stream_info(object_of(R"({"state":)" + state + R"(,"config":)" + stream + "}")));
        CHECK_NOTHROW(read_stream_info(object_of(everywhere(odd, {"state", "config"}))));
        const auto consumer = everywhere(odd, {"opt_start_seq", "opt_start_time"});
        CHECK_NOTHROW(
            read_consumer_info(object_of(everywhere(odd, {"num_pending", "delivered", "ack_floor", "config"}))));
        CHECK_NOTHROW(read_consumer_info(object_of(R"({"config":)" + consumer + "}")));
    }
}

TEST_CASE("a stored message must have a sequence and base64") {
    CHECK(read_stored_message(
              object_of(R"({"seq":3,"subject":"s","data":"aGk=","hdrs":"TkFUUy8xLjANCksgOiB2DQpLOnYNCg0K"})"))
              .has_value());
    for (const std::string odd : odd_values) {
        CAPTURE(odd);
        CHECK_NOTHROW(read_stored_message(object_of(everywhere(odd, {"seq", "subject", "data", "hdrs", "time"}))));
    }
    for (const std::string text : {"{}", R"({"seq":0})", R"({"seq":1.5})", R"({"seq":1,"data":"a"})",
                                   R"({"seq":1,"data":"a\u0000=="})", R"({"seq":1,"hdrs":"!!!!"})"}) {
        CAPTURE(text);
        CHECK(read_stored_message(object_of(text)).error() == make_error_code(errc::refused));
    }
}

}  // namespace tidings::bus
