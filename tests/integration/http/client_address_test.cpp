#include "client_caller.hpp"
#include "client_full_backlog.hpp"
#include "client_peer.hpp"
#include "http/client/pool.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

using namespace tidings::test;
using tidings::http::transport_error;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp::endpoint local(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

// One send to a name that stands for `addresses`.
kept_reply ask_at(std::vector<tcp::endpoint> addresses, std::chrono::milliseconds deadline, bool allow_private = true) {
    asio::io_context ctx{1};
    const auto pool = std::make_shared<tidings::http::client::pool>(ctx.get_executor(),
                                                                    local_key("http://localhost/", allow_private));
    pool->addresses().learn(std::move(addresses));
    std::optional<kept_reply> answer;
    pool->send(a_post, deadline, 1024, [&](const tidings::http::reply& r) { answer = keep(r); });
    while (!answer)
        ctx.run_one();
    pool->shut_down();
    return *answer;
}

}  // namespace

TEST_CASE("after a refused connection the next address is tried") {
    peer p(answering());
    const auto closed_port = local(tidings::support::free_port());
    CHECK(ask_at({closed_port, local(p.port())}, 10s).status == 200);
    CHECK(ask_at({closed_port, closed_port}, 10s).error == transport_error::connect_failed);
}

TEST_CASE("after an unresponsive address the next one is tried within the deadline") {
    peer p(answering());
    full_backlog hole;
    const auto r = ask_at({hole.where(), local(p.port())}, 400ms);
    CHECK(r.status == 200);
    CHECK(r.took >= 150ms);
    CHECK(ask_at({hole.where(), hole.where()}, 300ms).error == transport_error::timeout);
}

TEST_CASE("each address is checked when connecting") {
    peer p(answering());
    const auto metadata = tcp::endpoint(asio::ip::make_address("169.254.169.254"), 80);
    CHECK(ask_at({metadata, local(p.port())}, 10s, false).error == transport_error::address_refused);
    CHECK(p.accepted() == 0);
}

TEST_CASE("a private address is rejected, as a literal and from DNS") {
    peer p(answering());
    for (const char* host :
         {"127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]"}) {
        INFO(host);
        caller client("http://" + std::string(host) + ":" + std::to_string(p.port()), {});
        const auto r = client.ask();
        CHECK(r.error == transport_error::address_refused);
        CHECK_FALSE(r.reason.empty());
    }
    CHECK(p.accepted() == 0);
}

TEST_CASE("a name is resolved and its addresses are tried in turn") {
    peer p(answering());
    caller client("http://localhost:" + std::to_string(p.port()));
    CHECK(client.ask().status == 200);
}

TEST_CASE("IPv6 peers are supported") {
    std::optional<peer> p;
    try {
        p.emplace(answering(), "::1");
    } catch (const boost::system::system_error&) {
        return;  // a machine without IPv6
    }
    caller client("http://[::1]:" + std::to_string(p->port()));
    CHECK(client.ask().status == 200);
}

TEST_CASE("a name without addresses is reported") {
    const auto r = caller("http://no-such-host.invalid/").ask(a_post, 30s);
    CHECK((r.error == transport_error::resolve_failed || r.error == transport_error::timeout));
    CHECK_FALSE(r.reason.empty());
}

TEST_CASE("a port without a listener is connect_failed, and works once there is one") {
    const auto port = tidings::support::free_port();
    caller client("http://127.0.0.1:" + std::to_string(port));
    const auto r = client.ask();
    CHECK(r.error == transport_error::connect_failed);
    CHECK(r.reason == "Connection refused");
    CHECK(client.origin->in_flight() == 0);
}
