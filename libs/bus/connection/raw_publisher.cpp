#include "bus/connection/raw_publisher.hpp"

#include <nats/nats.h>

#include "bus/connection/errc.hpp"

namespace tidings::bus {

namespace {

boost::system::error_code outcome_of(natsStatus s) {
    switch (s) {
        case NATS_OK:
            return {};
        case NATS_MAX_PAYLOAD:
            return make_error_code(errc::too_large);
        case NATS_CONNECTION_CLOSED:
        case NATS_CONNECTION_DISCONNECTED:
            return make_error_code(errc::disconnected);
        default:
            return make_error_code(errc::refused);
    }
}

}  // namespace

boost::system::error_code raw_publisher::publish(natsConnection* nc, std::string_view subject, std::string_view reply,
                                                 std::string_view payload) {
    if (!nc) return make_error_code(errc::disconnected);
    subject_ = subject;
    const int size = static_cast<int>(payload.size());
    if (reply.empty()) return outcome_of(natsConnection_Publish(nc, subject_.c_str(), payload.data(), size));
    reply_ = reply;
    return outcome_of(natsConnection_PublishRequest(nc, subject_.c_str(), reply_.c_str(), payload.data(), size));
}

boost::system::error_code raw_publisher::publish(natsConnection* nc, std::string_view subject, std::string_view reply,
                                                 const headers& h, std::string_view payload) {
    if (h.empty()) return publish(nc, subject, reply, payload);
    if (!nc) return make_error_code(errc::disconnected);
    subject_ = subject;
    reply_ = reply;
    const message m = make_message(subject_, reply_, h, payload);
    return m ? outcome_of(natsConnection_PublishMsg(nc, m.nats())) : make_error_code(errc::refused);
}

}  // namespace tidings::bus
