#include "bus/connection/errc.hpp"

#include <string>

namespace tidings::bus {

namespace {

struct category final : boost::system::error_category {
    const char* name() const noexcept override { return "bus"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::disconnected:
                return "not connected to NATS";
            case errc::timeout:
                return "NATS did not reply in time";
            case errc::no_responders:
                return "no responders: no stream has that subject, or JetStream is not enabled (start nats-server with "
                       "-js)";
            case errc::refused:
                return "NATS refused the request";
            case errc::not_found:
                return "not found in JetStream";
            case errc::wrong_sequence:
                return "wrong last sequence: written by another client";
            case errc::too_large:
                return "larger than the server's max_payload, or its stream's max_msg_size";
            case errc::already_exists:
                return "exists with another configuration";
        }
        return "unknown";
    }
};

}  // namespace

const boost::system::error_category& bus_category() {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), bus_category()}; }

}  // namespace tidings::bus
