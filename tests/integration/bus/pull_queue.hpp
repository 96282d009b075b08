// A stream S with a durable consumer d, and what arrived from it.
#pragma once

#include "bus/jetstream/pull_consumer.hpp"
#include "loop.hpp"

namespace tidings::bus {

struct queue {
    support::nats_server server;
    loop l;
    connection c{l.ctx, quick(server.url())};
    jetstream js{c};
    std::vector<delivery> got;
    int missing = 0;

    queue() {
        REQUIRE(l.connected(c));
        REQUIRE(l.run(js.ensure_stream(stream_of("S"))));
        make_consumer();
    }
    void make_consumer() { REQUIRE(make_durable(l, c, "S", "d")); }
    void put(int count) {
        for (int i = 0; i < count; ++i)
            REQUIRE(l.run(js.publish("S.a", std::to_string(i), {})));
    }
    std::unique_ptr<pull_consumer> consumer(std::chrono::milliseconds expires = 5s, std::size_t batch = 16) {
        return std::make_unique<pull_consumer>(
            c, l.ctx, pull_consumer::options{"S", "d", expires, batch},
            [this](delivery d) { got.push_back(std::move(d)); }, [this] { ++missing; });
    }
    consumer_info info() { return *l.run(js.consumer("S", "d")); }
};

}  // namespace tidings::bus
