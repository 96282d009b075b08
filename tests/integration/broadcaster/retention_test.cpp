// A stream that takes away what was delivered is said, also while it is read.
#include "endpoints_scene.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

// False: this nats-server is older than 2.10, and changes none.
bool set_retention(bus_client& bus, const std::string& retention) {
    auto config = boost::json::parse(bus.api("STREAM.INFO.ORDERS", "")).at("config").as_object();
    config["retention"] = retention;
    try {
        bus.api("STREAM.UPDATE.ORDERS", boost::json::serialize(config));
        return true;
    } catch (const std::runtime_error& e) {
        if (std::string_view(e.what()).find("can not change retention policy") == std::string_view::npos) throw;
        return false;
    }
}

const std::string said = "stream ORDERS needs limits retention: make a stream that sources it";

bool reported(const broadcaster_process& b) {
    return http_call("GET", b.url("/readyz?verbose")).body.find(said) != std::string::npos;
}

std::string reason_of(const broadcaster_process& b) {
    const auto text = call(b, "GET", collection).body;
    return std::string(text.at("items").as_array().at(0).at("reason").as_string());
}

}  // namespace

TEST_CASE("a stream that loses its limits retention while it is read is told within 10 s, until it has it again") {
    world w;
    make_orders(w.bus);
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"source: {stream: ORDERS}"})}, with_key);
    b.wait_for_endpoints(1);
    order(w.bus, "orders.x", 1, 1);
    REQUIRE(w.r.wait_for("/a", 1));
    CHECK_FALSE(reported(b));
    const auto [is_remade, retention] =
        GENERATE(table<bool, std::string>({{false, "interest"}, {true, "interest"}, {true, "workqueue"}}));
    CAPTURE(is_remade, retention);
    const auto turn = [&](const std::string& to) {
        if (!is_remade) return set_retention(w.bus, to);
        w.bus.delete_stream("ORDERS");
        make_orders(w.bus, to);
        return true;
    };
    if (!turn(retention)) return;
    CHECK(eventually([&] { return reported(b); }, 10s));
    CHECK(reason_of(b) == said);
    INFO(b.log());
    CHECK(b.log().find("a stream cannot be delivered from") != std::string::npos);
    REQUIRE(turn("limits"));
    CHECK(eventually([&] { return !reported(b) && reason_of(b).empty(); }, 10s));
    order(w.bus, "orders.x", 2, 3);
    CHECK(w.r.wait_for("/a", 3));
}
