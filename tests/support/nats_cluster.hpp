// Three nats-servers that form a cluster with JetStream, on loopback. Their routes lead over relays that can be cut.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "support/servers.hpp"
#include "support/tcp_relay.hpp"

namespace tidings::support {

class nats_cluster {
  public:
    static constexpr std::size_t size = 3;

    // Started, and JetStream has a leader.
    explicit nats_cluster(std::string program = nats_server::current);
    ~nats_cluster();
    nats_cluster(const nats_cluster&) = delete;
    nats_cluster& operator=(const nats_cluster&) = delete;

    std::string urls() const;  // comma-separated
    std::string url(std::size_t node) const;
    // "n0" -> 0. Throws std::out_of_range.
    static std::size_t node_of(const std::string& server_name);
    // The node that a client of this name is connected to. Throws std::runtime_error when it is none.
    std::size_t node_of_client(const std::string& client_name) const;

    void kill(std::size_t node);
    void start(std::size_t node);
    // The node is stopped, and started as the current version.
    void upgrade(std::size_t node);
    void freeze(std::size_t node);
    void thaw(std::size_t node);
    // Between this node and the others; its clients stay.
    void cut(std::size_t node);
    void mend(std::size_t node);
    // What one of the two sends to the other arrives so much later.
    void slow(std::size_t one, std::size_t other, std::chrono::milliseconds by);
    // The leader of JetStream itself, which places consumers. Empty: node 0 knows of none.
    std::optional<std::size_t> meta_leader() const;
    // All nodes are there and know their leader.
    bool has_leader() const;
    std::string logs() const;  // of all nodes

  private:
    struct node {
        temp_dir dir;
        std::uint16_t port = free_port(), monitor = free_port(), routes = free_port();
        std::array<std::unique_ptr<tcp_relay>, size> to;  // the others
        std::string program;
        std::optional<process> server;
    };
    void write_configuration(std::size_t n) const;

    std::array<node, size> nodes_;
};

}  // namespace tidings::support
