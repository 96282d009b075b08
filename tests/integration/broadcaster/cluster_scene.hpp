// A cluster of three nats-servers with replicated streams, and a broadcaster at it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "suite.hpp"
#include "support/catch.hpp"
#include "support/nats_cluster.hpp"

namespace tidings::support {

// One fault at a time: the next one comes when the nodes have made up for the last.
inline bool in_step(const nats_cluster& nats, bus_client& bus, const std::vector<std::string>& streams) {
    return eventually([&] {
        return nats.has_leader() && std::ranges::all_of(streams, [&](const auto& one) { return bus.in_step(one); });
    });
}

// One endpoint of each ordering, and a broadcaster that knows all three nodes.
struct cluster_scene {
    nats_cluster nats;
    receiver r;
    bus_client bus{nats.urls()};
    std::optional<broadcaster_process> b;
    int published = 0;

    explicit cluster_scene(const std::string& program = nats_server::current) : nats(program) {
        REQUIRE(make_stream_of_three(bus));
        const std::vector<std::string> endpoints{endpoint_yaml(r, "any"),
                                                 endpoint_yaml(r, "keys", {"ordering: per-key"}),
                                                 endpoint_yaml(r, "strict", {"ordering: strict"})};
        b.emplace(nats.urls(), endpoints, std::map<std::string, std::string>{{"JETSTREAM_REPLICAS", "3"}});
        b->wait_for_endpoints(endpoints.size());
        REQUIRE(whole());
    }

    std::size_t leader(const std::string& stream) {
        std::string name;
        REQUIRE(eventually([&] { return !(name = bus.leader_of(stream)).empty(); }));
        return nats_cluster::node_of(name);
    }
    std::string urls_without(std::size_t node) const {
        return nats.url((node + 1) % nats_cluster::size) + ',' + nats.url((node + 2) % nats_cluster::size);
    }
    bool whole() { return in_step(nats, bus, {"TODOS", "KV_WEBHOOK_POSITIONS"}); }
    void publish(int more) { publish(more, bus); }
    void publish(int more, bus_client& by) {
        try {
            by.publish("k", published + 1, published + more);
        } catch (const std::runtime_error&) {
            UNSCOPED_INFO(nats.logs());
            throw;
        }
        published += more;
    }
    bool delivered(std::chrono::milliseconds limit = std::chrono::seconds(30)) const {
        for (const auto* path : {"/any", "/keys", "/strict"})
            if (!r.wait_for(path, static_cast<std::uint64_t>(published), limit)) {
                UNSCOPED_INFO(b->log());
                UNSCOPED_INFO(health());
                UNSCOPED_INFO(stored());
                return false;
            }
        return true;
    }
    // What the stream holds, for whoever looks for an event that did not come. nats-server 2.9.10 may lose what it has
    // acknowledged, or have copies that disagree: in one some events are missing, and those after them have their
    // sequences. Then what is first not done stays below the end that its leader tells.
    std::string stored() const {
        bus_client fresh(nats.urls());
        const auto info = fresh.stream("TODOS");
        std::string all = std::to_string(waiting(fresh)) + " wait for retries; first not done: any " +
                          std::to_string(fresh.position("any")) + ", keys " + std::to_string(fresh.position("keys")) +
                          ", strict " + std::to_string(fresh.position("strict")) + "; TODOS, " +
                          std::to_string(info.messages) + " messages:";
        for (std::uint64_t n = 1; n <= info.last_seq; ++n) {
            try {
                const auto payload = fresh.stored("TODOS", n).payload;
                all += ' ' + payload.substr(payload.find("k-"), 4);
            } catch (const std::runtime_error& e) {
                all += " [" + std::to_string(n) + ": " + e.what() + ']';
            }
        }
        return all;
    }
    void check_order() const {
        std::vector<std::string> all;
        for (int n = 1; n <= published; ++n)
            all.push_back("k-" + std::to_string(n));
        CHECK(r.ids("/keys") == all);
        CHECK(r.ids("/strict") == all);
        CHECK(r.ids("/any").size() == all.size());
    }
    void check_all() const {
        CHECK(delivered());
        check_order();
        CHECK(healthy());
    }
    // Events are published meanwhile, and afterwards.
    void hang(std::size_t node) {
        nats.freeze(node);
        publish(20);
        CHECK(delivered());
        nats.thaw(node);
        publish(20);
        check_all();
    }
    bool is_at(const std::string& client, std::size_t node) const {
        try {
            return nats.node_of_client(client) == node;
        } catch (const std::runtime_error&) {  // at none
            return false;
        }
    }
    std::string health() const { return http_call("GET", b->url("/readyz?verbose")).body; }
    bool healthy() const {
        return eventually([&] { return health().find("[!]") == std::string::npos; }, std::chrono::seconds(30));
    }
    bool served() const {
        const auto list = http_call("GET", b->url("/api/webhooks/endpoints")).body;
        return list.find("\"waiting\"") == std::string::npos;
    }
};

}  // namespace tidings::support
