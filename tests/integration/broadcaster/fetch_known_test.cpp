// fetch_known, at a server that does not have the message yet: as a leader that was elected just now.
#include "reading/fetch_known.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include "domain/retry_id.hpp"
#include "suite.hpp"
#include "support/catch.hpp"
#include "support/nats_cluster.hpp"

using namespace tidings;
using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

struct fetch_scene : world {
    runtime::asio::io_context ctx{1};
    bus::connection c{ctx, {.url = nats.url(), .name = "fetch", .needs_jetstream = true}};
    std::optional<bus::result<bus::stored_message>> answer;

    fetch_scene() {
        bus.publish("k", 1, 3);
        REQUIRE(eventually([&] { return polled() && c.connected(); }));
    }
    bool polled() {
        ctx.restart();
        ctx.poll();
        return true;
    }
    void ask(std::uint64_t sequence, std::uint32_t incarnation = 0) {
        answer.reset();
        runtime::asio::co_spawn(ctx, broadcaster::fetch_known(c, "TODOS", incarnation, sequence),
                                [&](const std::exception_ptr&, auto found) { answer.emplace(std::move(found)); });
    }
    bool answered(std::chrono::milliseconds limit = 10s) {
        return eventually([&] { return polled() && answer.has_value(); }, limit);
    }
    std::int64_t requests() const {
        const auto url = "http://127.0.0.1:" + std::to_string(nats.monitor_port()) + "/jsz";
        return boost::json::parse(http_call("GET", url).body).at("api").at("total").to_number<std::int64_t>();
    }
    std::uint32_t incarnation() { return broadcaster::incarnation_of(bus.stream("TODOS").created); }
};

}  // namespace

TEST_CASE("a message that the leader does not know of yet is waited for") {
    fetch_scene s;
    const auto before = s.requests();
    s.ask(4, s.incarnation());
    // How the stream is, the message, and how far the leader is: it was found missing.
    REQUIRE(eventually([&] { return s.polled() && s.requests() >= before + 4; }));
    CHECK(!s.answer);
    s.bus.publish("k", 4, 4);
    REQUIRE(s.answered());
    REQUIRE(s.answer->has_value());
    CHECK((*s.answer)->sequence == 4);
}

TEST_CASE("a message that the leader has removed, or whose stream was made anew, is gone at once") {
    fetch_scene s;
    s.bus.api("STREAM.MSG.DELETE.TODOS", R"({"seq":2})");
    const auto since = std::chrono::steady_clock::now();
    s.ask(2, s.incarnation());
    REQUIRE(s.answered());
    CHECK(s.answer->error() == bus::errc::not_found);
    s.ask(4, s.incarnation() + 1);
    REQUIRE(s.answered());
    CHECK(s.answer->error() == bus::errc::not_found);
    CHECK(std::chrono::steady_clock::now() - since < 3s);
}

TEST_CASE("a message that the leader still does not know of after a while is gone") {
    fetch_scene s;
    s.ask(4, s.incarnation());
    REQUIRE(s.answered(20s));
    CHECK(s.answer->error() == bus::errc::not_found);
}

TEST_CASE("a message beyond the end of a replicated stream is not removed: the server would throw the stream away") {
    nats_cluster nats;
    bus_client bus(nats.urls());
    REQUIRE(make_stream_of_three(bus));
    bus.publish("k", 1, 3);
    runtime::asio::io_context ctx{1};
    bus::connection c(ctx, {.url = nats.urls(), .name = "remove", .needs_jetstream = true});
    const auto alive = std::make_shared<int>();
    const auto removed = [&](std::uint64_t sequence) {
        bool gone = false;
        runtime::asio::co_spawn(ctx, broadcaster::remove_known(c, "TODOS", 0, sequence, alive),
                                [&](const std::exception_ptr&) { gone = true; });
        return eventually([&] {
            ctx.restart();
            ctx.poll();
            return gone;
        });
    };
    REQUIRE(removed(1'000));
    REQUIRE(removed(2));
    CHECK(bus.stream("TODOS").messages == 2);
    CHECK(nats.logs().find("Resetting") == std::string::npos);
}
