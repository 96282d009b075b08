// What every delivery line works with; borrowed from the app, which outlives the lines.
#pragma once

#include <chrono>
#include <string>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/pull_consumer.hpp"
#include "domain/attempt_record.hpp"
#include "domain/endpoint.hpp"
#include "domain/given_up.hpp"
#include "domain/replay_seals.hpp"
#include "observe/metrics.hpp"

namespace tidings::broadcaster {

struct links {
    runtime::asio::io_context& ctx;
    bus::connection& bus;
    record_attempt record;
    bury_event bury;
    observe::metrics& metrics;
    replay_seals& seals;

    std::string stream;                          // that the endpoints' consumers read
    std::string started_at;                      // RFC 3339: where a consumer made by this process begins
    std::string replica;                         // this process, unique in the fleet
    std::chrono::milliseconds ack_wait{10'000};  // what a dead replica held is delivered by another after it
    unsigned jetstream_replicas = 1;
};

// "broadcaster-workers_<endpoint>": the durable consumer that is the endpoint's queue.
std::string consumer_name(const std::string& endpoint_name);

// How the endpoint's consumer is made when there is none.
bus::consumer_config consumer_of(const endpoint& e, const links& l);

// How a replica pulls from it.
bus::pull_consumer::options pull_of(const endpoint& e, const links& l);

}  // namespace tidings::broadcaster
