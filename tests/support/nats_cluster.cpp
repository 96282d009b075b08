#include "support/nats_cluster.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

namespace tidings::support {

using namespace std::chrono_literals;

nats_cluster::nats_cluster(std::string program) {
    for (auto& from : nodes_)
        for (std::size_t to = 0; to < size; ++to)
            if (&from != &nodes_[to]) from.to[to] = std::make_unique<tcp_relay>(nodes_[to].routes);
    for (std::size_t n = 0; n < size; ++n) {
        nodes_[n].program = program;
        write_configuration(n);
        start(n);
    }
    if (!eventually([this] { return has_leader(); }, 60s)) throw std::runtime_error("no leader:\n" + logs());
}

nats_cluster::~nats_cluster() = default;

// Whoever is told where a node's routes are is told of a port where nothing listens: only the relays lead there.
void nats_cluster::write_configuration(std::size_t n) const {
    const auto& self = nodes_[n];
    std::ofstream out(self.dir.path() / "nats.conf");
    out << "server_name: \"n" << n << "\"\n"
        << "listen: \"127.0.0.1:" << self.port << "\"\n"
        << "http: \"127.0.0.1:" << self.monitor << "\"\n"
        << "jetstream { store_dir: \"" << (self.dir.path() / "store").string()
        << "\", max_memory_store: 64MB, max_file_store: 4GB }\n"
        << "cluster { name: \"test\", listen: \"127.0.0.1:" << self.routes
        << "\", cluster_advertise: \"127.0.0.1:1\", no_advertise: true, routes: [";
    std::string separator;
    for (const auto& relay : self.to)
        if (relay) out << std::exchange(separator, ", ") << "\"nats://127.0.0.1:" << relay->port() << '"';
    out << "] }\n";
}

std::string nats_cluster::url(std::size_t node) const {
    return "nats://127.0.0.1:" + std::to_string(nodes_.at(node).port);
}

std::string nats_cluster::urls() const { return url(0) + ',' + url(1) + ',' + url(2); }

std::size_t nats_cluster::node_of(const std::string& server_name) {
    for (std::size_t n = 0; n < size; ++n)
        if (server_name == "n" + std::to_string(n)) return n;
    throw std::out_of_range("no node " + server_name);
}

std::size_t nats_cluster::node_of_client(const std::string& client_name) const {
    for (std::size_t n = 0; n < size; ++n) {
        const auto connz = "http://127.0.0.1:" + std::to_string(nodes_[n].monitor) + "/connz";
        if (http_call("GET", connz).body.find("\"name\": \"" + client_name + '"') != std::string::npos) return n;
    }
    throw std::runtime_error("no node has a client " + client_name);
}

void nats_cluster::kill(std::size_t node) { nodes_.at(node).server.value().kill(); }

// nats-server 2.10 starts the queue of what it says to the other nodes' Raft beside the setting of the account that the
// queue needs (setSystemAccount in its server.go). When the queue wins, the node hears and is never heard: JetStream
// keeps two nodes, or has no majority when another dies. One of 75 nodes did so; on one processor none does.
void nats_cluster::start(std::size_t node) {
    auto& n = nodes_.at(node);
    n.server.emplace(process::options{
        {n.program, "-c", n.dir.path() / "nats.conf"}, {{"GOMAXPROCS", "1"}}, n.dir.path() / "log", {}});
}

void nats_cluster::upgrade(std::size_t node) {
    auto& n = nodes_.at(node);
    if (!n.server.value().stop(30s)) throw std::runtime_error("nats-server does not stop:\n" + n.server->output());
    n.program = nats_server::current;
    start(node);
}

void nats_cluster::freeze(std::size_t node) { nodes_.at(node).server.value().signal(SIGSTOP); }
void nats_cluster::thaw(std::size_t node) { nodes_.at(node).server.value().signal(SIGCONT); }

void nats_cluster::cut(std::size_t node) {
    for (std::size_t other = 0; other < size; ++other)
        if (other != node) nodes_[other].to.at(node)->cut(), nodes_.at(node).to.at(other)->cut();
}

void nats_cluster::mend(std::size_t node) {
    for (std::size_t other = 0; other < size; ++other)
        if (other != node) nodes_[other].to.at(node)->mend(), nodes_.at(node).to.at(other)->mend();
}

void nats_cluster::slow(std::size_t one, std::size_t other, std::chrono::milliseconds by) {
    nodes_.at(one).to.at(other)->delay_both_ways(by);
    nodes_.at(other).to.at(one)->delay_both_ways(by);
}

std::optional<std::size_t> nats_cluster::meta_leader() const {
    const auto jsz = http_call("GET", "http://127.0.0.1:" + std::to_string(nodes_[0].monitor) + "/jsz").body;
    const std::string words = "\"leader\": \"";
    const auto at = jsz.find(words);
    if (at == std::string::npos) return std::nullopt;
    const auto name = at + words.size();
    return node_of(jsz.substr(name, jsz.find('"', name) - name));
}

std::string nats_cluster::logs() const {
    std::string all;
    for (const auto& n : nodes_)
        all += n.server->output();
    return all;
}

bool nats_cluster::has_leader() const {
    std::size_t know = 0;
    for (const auto& n : nodes_) {
        try {
            const auto jsz = http_call("GET", "http://127.0.0.1:" + std::to_string(n.monitor) + "/jsz").body;
            const bool complete = jsz.find("\"cluster_size\": 3") != std::string::npos;
            know += complete && jsz.find("\"leader\": \"n") != std::string::npos ? 1 : 0;
        } catch (const std::runtime_error&) {
            continue;
        }
    }
    return know == size;
}

}  // namespace tidings::support
