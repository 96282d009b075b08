// What an endpoint is accepted with, and its owner should know.
#include "endpoints_scene.hpp"

using namespace tidings::support;

namespace {

const std::string named = collection + "/";

}  // namespace

TEST_CASE("a filter that matches no subject of its stream is accepted with a warning, which ends when it matches") {
    world w;
    make_orders(w.bus);
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "file", {"source: {stream: ORDERS, subject: invoices.*}"}),
                           endpoint_yaml(w.r, "fine", {"source: {stream: ORDERS, subject: orders.*}"})},
                          with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    const auto warns = [&](const call_result& r) {
        return r.text.find("matches no subject of stream ORDERS") != std::string::npos;
    };
    const auto of = [&](const std::string& name) { return call(b, "GET", named + name); };
    const auto verbose = [&] { return http_call("GET", b.url("/readyz?verbose")).body; };
    CHECK(eventually([&] { return warns(of("file")); }));
    CHECK_FALSE(warns(of("fine")));
    const auto made =
        call(b, "POST", collection, document(w.r, "a", source(R"({"stream": "ORDERS", "subject": "order.paid"})")));
    CHECK(made.status == 201);
    CHECK(warns(made));
    CHECK(made.text.find("'order.paid'") != std::string::npos);
    CHECK(eventually([&] { return b.log().find("'order.paid' matches no subject") != std::string::npos; }));
    CHECK(b.log().find("'invoices.*' matches no subject") != std::string::npos);
    CHECK(verbose().find("[!]sources") != std::string::npos);
    const auto mended = call(b, "PATCH", named + "a", R"({"source": {"subject": "orders.paid"}})");
    CHECK(mended.status == 200);
    CHECK_FALSE(warns(mended));
    w.bus.api("STREAM.UPDATE.ORDERS",
              R"({"name": "ORDERS", "subjects": ["orders.>", "invoices.>"], "storage": "file"})");
    CHECK(eventually([&] { return !warns(of("file")); }));
    CHECK(eventually([&] { return verbose().find("[!]sources") == std::string::npos; }));
    order(w.bus, "invoices.1", 1, 1);
    CHECK(w.r.wait_for("/file", 1));
}

TEST_CASE("a stream that takes its messages from others gives no warning of a filter") {
    world w;
    make_orders(w.bus);
    w.bus.api("STREAM.CREATE.ALL",
              R"({"name": "ALL", "subjects": ["all.>"], "storage": "file", "sources": [{"name": "ORDERS"}]})");
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    const auto made =
        call(b, "POST", collection, document(w.r, "a", source(R"({"stream": "ALL", "subject": "orders.*"})")));
    CHECK(made.status == 201);
    CHECK_FALSE(made.body.contains("warnings"));
    order(w.bus, "orders.1", 1, 1);
    CHECK(w.r.wait_for("/a", 1));
}
