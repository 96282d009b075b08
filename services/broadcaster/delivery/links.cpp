#include "delivery/links.hpp"

#include "events/subjects.hpp"

namespace tidings::broadcaster {

std::string consumer_name(const std::string& endpoint_name) {
    return std::string(events::worker_group) + '_' + endpoint_name;
}

bus::consumer_config consumer_of(const endpoint& e, const links& l) {
    bus::consumer_config c;
    c.stream = l.stream;
    c.durable = consumer_name(e.name);
    c.ack_wait = l.ack_wait;
    c.max_ack_pending = e.max_in_flight;
    c.description = "webhooks of endpoint " + e.name;
    if (!e.from_the_beginning) {
        c.from = bus::start_at::time;
        c.start_time = l.started_at;
    }
    return c;
}

bus::pull_consumer::options pull_of(const endpoint& e, const links& l) {
    bus::pull_consumer::options o;
    o.stream = l.stream;
    o.durable = consumer_name(e.name);
    o.batch = e.max_in_flight;
    return o;
}

}  // namespace tidings::broadcaster
