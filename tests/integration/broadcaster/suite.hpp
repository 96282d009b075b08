// A running broadcaster: real nats-server, the real broadcaster (one or more replicas) and the receiver tool.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bus/jetstream/jetstream.hpp"
#include "domain/shard_record.hpp"
#include "support/receiver.hpp"
#include "support/servers.hpp"

namespace tidings::support {

// Runs one task on its own loop and returns its result. For calls to NATS from a test.
class bus_client {
  public:
    explicit bus_client(const std::string& url);
    // Publishes events 1..n of `key` (types io.tidings.todo.updated.v1, sequence = number); ids "<key>-<number>".
    void publish(const std::string& key, int from, int to);
    void publish_raw(const std::string& subject, const std::string& payload, bus::headers h);
    // Without JetStream: no ack.
    void publish_plain(const std::string& subject, const std::string& payload, const bus::headers& h);
    // Creates stream TODOS like todo-be.
    void make_stream(unsigned replicas = 1);
    // The server that leads a stream; empty: none.
    std::string leader_of(const std::string& stream);
    // Whether all copies of a replicated stream are as far as its leader's.
    bool in_step(const std::string& stream);
    // The first event that may not be done for the endpoint, as WEBHOOK_POSITIONS has it: its own position, or its
    // shard's. 0: there is none.
    std::uint64_t position(const std::string& endpoint);
    // The same, with what is done above it.
    broadcaster::done_set done_of(const std::string& endpoint);
    // Whether the bucket of positions takes writes.
    void let_positions_in(bool in);
    bool connected();
    bus::stream_info stream(const std::string& name);
    bool has_stream(const std::string& name);
    void delete_stream(const std::string& name);
    // The reply to a request to $JS.API.<method>; throws if it is rejected.
    std::string api(const std::string& method, const std::string& payload);
    bus::stored_message stored(const std::string& stream, std::uint64_t sequence);
    // The latest whose subject matches.
    bus::stored_message latest(const std::string& stream, const std::string& subject);

  private:
    template <class T>
    T run(runtime::task<T> t);
    template <class F>
    auto run_until_answered(F ask, std::chrono::milliseconds deadline = std::chrono::seconds(5));

    runtime::asio::io_context ctx_{1};
    bus::connection connection_;
};

// Creates stream TODOS in three copies, as soon as the cluster can: it may only just have come up.
bool make_stream_of_three(bus_client& bus);

std::string event_json(const std::string& key, int number);

// What an endpoint without an order got, in whichever.
std::set<std::string> id_set(const receiver& r, const std::string& path);

// How many messages wait for their retries. (An owner's mark of what it has loaded is none.)
std::uint64_t waiting(bus_client& bus);

// The one that was stored last.
bus::stored_message latest_waiting(bus_client& bus);

// How many records of attempts are stored.
std::size_t records(bus_client& bus);

// The environment of a broadcaster: nats-server with the stream TODOS, a receiver, and a client to publish with.
struct world {
    nats_server nats;
    receiver r;
    bus_client bus{nats.url()};
    world() { bus.make_stream(); }
};

class broadcaster_process {
  public:
    // `endpoints`: the YAML list below "endpoints:", one string per item. `environment` is added to the defaults.
    broadcaster_process(const std::string& nats_url, const std::vector<std::string>& endpoints,
                        std::map<std::string, std::string> environment = {});

    std::string url(const std::string& path) const;
    std::uint16_t port() const { return port_; }
    std::string metrics() const;
    double metric(const std::string& series) const;  // 0 if absent
    bool ready() const;
    // To how many endpoints this replica delivers (broadcaster_endpoint_owner).
    std::size_t owned() const;
    void wait_for_endpoints(std::size_t count) const;
    process& child() { return *child_; }
    std::string log() const { return child_->output(); }
    void restart();  // after a crash, on the same ports

  private:
    void start();
    temp_dir dir_;
    std::map<std::string, std::string> environment_;
    std::uint16_t port_, metrics_port_;
    std::optional<process> child_;
};

// Waits until both are ready and deliver to `count` endpoints together.
void wait_for_endpoints(const broadcaster_process& one, const broadcaster_process& two, std::size_t count);

// One item of the YAML list: name, path at the receiver, further settings as "key: value".
std::string endpoint_yaml(const receiver& r, const std::string& name, const std::vector<std::string>& more = {});

}  // namespace tidings::support
