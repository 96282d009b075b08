// A replica that is cut off from NATS, which neither of them is told.
#include <algorithm>

#include "suite.hpp"
#include "support/catch.hpp"
#include "support/tcp_relay.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

constexpr int of_each = 6;
const std::vector<std::string> orders{"none", "per-key", "strict"};

std::string name_of(const std::string& order, int n) { return order + "-" + std::to_string(n); }

std::vector<std::string> endpoints(const receiver& r) {
    std::vector<std::string> all;
    for (const auto& order : orders)
        for (int n = 0; n < of_each; ++n)
            all.push_back(endpoint_yaml(r, name_of(order, n), {"ordering: " + order}));
    return all;
}

void wait_for_all(const receiver& r, std::uint64_t events) {
    for (const auto& order : orders)
        for (int n = 0; n < of_each; ++n) {
            INFO(name_of(order, n));
            REQUIRE(r.wait_for("/" + name_of(order, n), events));
        }
}

bool in_order(const receiver& r) {
    for (int n = 0; n < of_each; ++n) {
        const auto strict = r.ids("/" + name_of("strict", n));
        for (std::size_t i = 0; i < strict.size(); ++i)
            if (strict[i] != "k-" + std::to_string(i + 1)) return false;
        if (r.count("/" + name_of("per-key", n)).order_violations > 0) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a replica that is cut off from NATS is followed by the other, in order and without a loss, and comes back") {
    const bool arrives = GENERATE(true, false);  // what was held back; else it is lost with its connections
    CAPTURE(arrives);
    world w;
    tcp_relay to_nats(w.nats.port());
    const auto all = endpoints(w.r);
    broadcaster_process cut_off("nats://127.0.0.1:" + std::to_string(to_nats.port()), all), stays(w.nats.url(), all);
    wait_for_endpoints(cut_off, stays, all.size());
    REQUIRE(eventually([&] { return cut_off.owned() > 0 && stays.owned() > 0; }));
    w.bus.publish("k", 1, 50);
    to_nats.hold();
    const auto since = std::chrono::steady_clock::now();
    w.bus.publish("k", 51, 150);
    CHECK(eventually([&] { return cut_off.owned() == 0; }));  // it knows by its own clock
    REQUIRE(eventually([&] { return stays.owned() == all.size(); }));
    CHECK(std::chrono::steady_clock::now() - since < 8s);  // 4.3 s, on a machine that is not busy
    INFO(cut_off.log() << stays.log());
    wait_for_all(w.r, 150);
    CHECK(cut_off.ready());
    if (!arrives) to_nats.cut();
    to_nats.let_go();
    to_nats.mend();
    REQUIRE(eventually([&] { return cut_off.owned() > 0; }));
    w.bus.publish("k", 151, 200);
    wait_for_all(w.r, 200);
    CHECK(in_order(w.r));
}
