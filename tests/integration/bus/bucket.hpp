// A key-value bucket on a server of the test.
#pragma once

#include "bus/jetstream/key_value.hpp"
#include "loop.hpp"

namespace tidings::bus {

struct bucket {
    support::nats_server server;
    loop l;
    connection c{l.ctx, quick(server.url())};
    key_value kv;

    explicit bucket(std::string name = "leases", unsigned history = 1) : kv(c, std::move(name)) {
        REQUIRE(l.connected(c));
        REQUIRE(l.run(kv.ensure(1, history)));
    }
};

}  // namespace tidings::bus
