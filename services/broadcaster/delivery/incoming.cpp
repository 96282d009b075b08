#include "delivery/incoming.hpp"

#include <utility>

#include "domain/server_message.hpp"

namespace tidings::broadcaster {

const std::string& incoming::type() {
    if (!type_) type_ = event_ ? event_->type : event_type_of(delivery_.msg);
    return *type_;
}

bool incoming::of_server() {
    if (of_server_) return *of_server_;
    const auto& m = event_ ? event_->msg : delivery_.msg;
    of_server_ =
        is_server_message({m.header("Nats-Schedule"), m.header("Nats-Marker-Reason"), m.header("KV-Operation")});
    return *of_server_;
}

const event_ptr& incoming::taken() {
    if (event_) return event_;
    auto type_name = type();
    const auto bytes = delivery_.msg.payload().size() + 1'024;
    auto e = make_event(std::move(delivery_.msg), stream_, {incarnation_, delivery_.stream_sequence},
                        delivery_.stored_ns, std::move(type_name), &links_.seals);
    e->held = links_.in_hand.hold(bytes);
    event_ = std::move(e);
    return event_;
}

}  // namespace tidings::broadcaster
