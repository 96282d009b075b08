#include "delivery/incoming.hpp"

#include <utility>

#include "bus/connection/message_size.hpp"
#include "domain/server_message.hpp"

namespace tidings::broadcaster {

const event_headers& incoming::headers() {
    if (!headers_) headers_.emplace(event_ ? event_->msg : delivery_.msg);
    return *headers_;
}

const std::string& incoming::type() {
    if (event_) return event_->type;
    if (!type_) type_ = event_type_of(delivery_.msg, headers());
    return *type_;
}

void incoming::tell_untyped() {
    if (!type().empty()) return;
    links_.line.untyped.seen(stream_, incarnation_, sequence(), event_ ? event_->body : delivery_.msg.payload());
}

bool incoming::of_server() { return is_server_message(headers().of_server); }

const event_ptr& incoming::taken() {
    if (event_) return event_;
    auto& in_hand = links_.line.in_hand;
    const auto bytes = bus::size_of(delivery_.msg);
    const bool large = hands::is_large(bytes);
    if (large) {
        const auto known = in_hand.find({incarnation_, sequence()});
        if (known && known->subject == delivery_.msg.subject() && known->body == delivery_.msg.payload())
            return event_ = known;
    }
    type();
    const auto& h = headers();  // of bytes that stay where they are
    auto e = make_event(std::move(delivery_.msg), h, stream_, {incarnation_, delivery_.stream_sequence},
                        delivery_.stored_ns, std::move(*type_));
    e->held = in_hand.hold(e->bytes + hands::bytes_per_event, by_);
    event_ = std::move(e);
    if (large) in_hand.remember(event_);
    return event_;
}

}  // namespace tidings::broadcaster
