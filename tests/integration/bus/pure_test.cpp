#include "bus/connection/header_block.hpp"
#include "bus/jetstream/ack_subject.hpp"
#include "bus/jetstream/base64.hpp"
#include "bus/jetstream/publish_reply.hpp"
#include "bus/jetstream/pull_ledger.hpp"
#include "bus/jetstream/subject_cover.hpp"
#include "bus/link/server_urls.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

TEST_CASE("headers are read from the wire's bytes as they stand") {
    const header_block block("NATS/1.0\r\nNats-Msg-Id: 7\r\nK:  v \r\nK: w\r\nEmpty:\r\nno colon\r\n: no name\r\n\r\n");
    CHECK(block.find("Nats-Msg-Id") == "7");
    CHECK(block.find("K") == "v");
    CHECK(block.find("k") == "v");
    CHECK(block.find("Nats-Msg").empty());
    CHECK(block.find("Empty").empty());
    CHECK(block.all() == headers{{"Nats-Msg-Id", "7"}, {"K", "v"}, {"K", "w"}, {"Empty", ""}});
}

TEST_CASE("bytes that are no headers hold none, and cut ones end where they end") {
    CHECK(header_block("").all().empty());
    CHECK(header_block("HTTP/1.1 200\r\nK: v\r\n\r\n").find("K").empty());
    CHECK(header_block("NATS/1.0\r\nK: v").find("K") == "v");
    CHECK(header_block("NATS/1.0\r\nK").find("K").empty());
}

TEST_CASE("both forms of an ack subject are read") {
    const auto form = GENERATE(as<std::string>(), "$JS.ACK.TODOS.worker.3.17.12.1700000000000000001.5",
                               "$JS.ACK._.hash.TODOS.worker.3.17.12.1700000000000000001.5",
                               "$JS.ACK.hub.hash.TODOS.worker.3.17.12.1700000000000000001.5.random");
    const auto a = parse_ack_subject(form);
    REQUIRE(a);
    CHECK(a->delivered == 3);
    CHECK(a->stream_sequence == 17);
    CHECK(a->consumer_sequence == 12);
    CHECK(a->stored_ns == 1700000000000000001);
    CHECK(a->pending == 5);
    CHECK(consumer_key(form) == "TODOS.worker.");
}

TEST_CASE("what is no ack subject is told from one") {
    const auto text =
        GENERATE(as<std::string>(), "", "$JS.ACK.", "$JS.ACK.a.b.c", "_INBOX.a.b", "$JS.ACK.S.c.x.1.1.1.1",
                 "$JS.ACK.S.c.1.1.1.1.1.1", "$JS.ACK.S.c.1.1.1.1.1.1.1.1.1.1.1.1", "$JS.ACK.S.c.0.1.1.1.1",
                 "$JS.ACK.S.c.1.1.1.-1.1", "$JS.ACK.S.c.1.1.1.-9223372036854775808.1",
                 "$JS.ACK.S.c.1.1.1.9223372036854775808.1", "$JS.ACK.S.c.1.-1.1.1.1");
    CHECK_FALSE(parse_ack_subject(text));
}

TEST_CASE("the key of a consumer comes from its prefix as well") {
    CHECK(consumer_key("$JS.ACK.TODOS.worker.") == "TODOS.worker.");
    CHECK(consumer_key("$JS.ACK.TODOS").empty());
    CHECK(consumer_key("todos.events").empty());
}

TEST_CASE("publish replies are understood") {
    struct row {
        std::string json;
        boost::system::error_code failure;
        std::uint64_t sequence;
        bool duplicate;
    };
    const auto r = GENERATE(values<row>({
        {R"({"stream":"T", "seq":17})", {}, 17, false},
        {R"({"stream":"T","seq":18})", {}, 18, false},
        {R"({"stream":"T", "seq":19,"duplicate": true})", {}, 19, true},
        {R"({"stream":"T","domain":"d","seq":20,"duplicate":false})", {}, 20, false},
        {R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 4"}})",
         make_error_code(errc::wrong_sequence), 0, false},
        {R"({"error":{"code":400,"err_code":10054,"description":"message size exceeds maximum allowed"}})",
         make_error_code(errc::too_large), 0, false},
        {R"({"error":{"code":503,"err_code":10077,"description":"insufficient"}})", make_error_code(errc::refused), 0,
         false},
        {R"({"error":{"description":""}})", make_error_code(errc::refused), 0, false},
        {R"({"error":{"code":400.5,"err_code":1e300}})", make_error_code(errc::refused), 0, false},
        {R"({"stream":"T"})", make_error_code(errc::refused), 0, false},
        {R"({"stream":"T","seq":"x"})", make_error_code(errc::refused), 0, false},
        {"not json", make_error_code(errc::refused), 0, false},
        {"", make_error_code(errc::refused), 0, false},
    }));
    CAPTURE(r.json);
    std::string detail;
    const auto ack = parse_publish_reply(r.json, detail);
    CHECK(ack.failure == r.failure);
    CHECK(ack.sequence == r.sequence);
    CHECK(ack.duplicate == r.duplicate);
    CHECK(detail.empty() == !r.failure);
}

TEST_CASE("the ledger counts what was asked for and has not come") {
    pull_ledger l;
    const auto now = std::chrono::steady_clock::now();
    const auto a = l.open(10, now + 1s);
    const auto b = l.open(5, now + 2s);
    CHECK(l.asked() == 15);
    for (int i = 0; i < 4; ++i)
        l.arrived();
    CHECK(l.asked() == 11);

    SECTION("a status tells what will not come") {
        CHECK(l.ended(a, 7));
        CHECK(l.asked() == 4);
        CHECK_FALSE(l.ended(a, 7));
        CHECK(l.asked() == 4);
    }
    SECTION("a status without a number ends the whole request") {
        CHECK(l.ended(b, std::nullopt));
        CHECK(l.asked() == 6);
    }
    SECTION("requests are answered in any order, and at the end nothing is left over") {
        CHECK(l.ended(b, 3));
        CHECK(l.ended(a, 8));
        CHECK(l.idle());
    }
    SECTION("what was served in full gets no status") {
        for (int i = 0; i < 11; ++i)
            l.arrived();
        CHECK(l.idle());
        CHECK_FALSE(l.next_due());
        CHECK_FALSE(l.ended(a, 0));
    }
    SECTION("silent requests end at their time") {
        l.expire(now + 1500ms);
        CHECK(l.asked() == 5);  // as many as the open one can still bring
        l.expire(now + 2s);
        CHECK(l.idle());
    }
    SECTION("after a new connection everything has ended") {
        l.reset();
        CHECK(l.idle());
        CHECK_FALSE(l.ended(a, 1));
        CHECK(l.open(1, now) > b);
    }
    SECTION("more than was asked for does no harm") {
        for (int i = 0; i < 20; ++i)
            l.arrived();
        CHECK(l.idle());
    }
}

TEST_CASE("subjects cover each other") {
    CHECK(subject_covers("todos.>", "todos.events"));
    CHECK(subject_covers("todos.>", "todos.events.>"));
    CHECK(subject_covers(">", "a.*.c"));
    CHECK(subject_covers("*.events", "todos.events"));
    CHECK(subject_covers("a.*", "a.*"));
    CHECK_FALSE(subject_covers("todos.>", "todos"));
    CHECK_FALSE(subject_covers("todos.*", "todos.>"));
    CHECK_FALSE(subject_covers("todos.events", "todos.*"));
    CHECK_FALSE(subject_covers("todos.events", "todos.events.a"));
}

TEST_CASE("base64 is decoded, and nothing else") {
    CHECK(decode_base64("") == "");
    CHECK(decode_base64("aA==") == "h");
    CHECK(decode_base64("aGk=") == "hi");
    CHECK(decode_base64("aGkh") == "hi!");
    CHECK(decode_base64("//79") == "\xff\xfe\xfd");
    CHECK_FALSE(decode_base64("aGk"));
    CHECK_FALSE(decode_base64("aG k"));
}

TEST_CASE("server URLs are taken apart") {
    const auto list = parse_servers(" nats://a:4222 , tls://user:pw@b ,c:1");
    CHECK(list.urls == std::vector<std::string>{"nats://a:4222", "tls://user:pw@b", "nats://c:1"});
    CHECK(list.tls);
    CHECK_FALSE(parse_servers("nats://a").tls);
}

TEST_CASE("a bad server URL is named without its login") {
    const auto text =
        GENERATE(as<std::string>(), "", " , ", "http://user:secret@host", "nats://user:secret@", "nats://",
                 "nats://user:secret@host:0", "nats://user:secret@host:99999", "nats://user:sec@ret @host");
    CAPTURE(text);
    try {
        parse_servers(text);
        FAIL("accepted");
    } catch (const std::invalid_argument& e) {
        CHECK(std::string(e.what()).find("sec") == std::string::npos);
    }
}

TEST_CASE("discovered servers get the login of the configured one") {
    const auto configured = parse_servers("tls://user:pw@a:1,b:2");
    CHECK(with_discovered(configured, {"nats://c:3", "nats://b:2", "nonsense"}) ==
          std::vector<std::string>{"tls://user:pw@a:1", "nats://b:2", "tls://user:pw@c:3"});
}

}  // namespace tidings::bus
