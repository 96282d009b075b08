#include <string>

#include "bus/connection.hpp"

namespace tidings::bus {

namespace {

class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "bus"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::disconnected:
                return "not connected to NATS";
            case errc::timeout:
                return "NATS did not answer in time";
            case errc::no_responders:
                return "nobody listens on that subject (is JetStream on?)";
            case errc::refused:
                return "NATS refused the request";
            case errc::not_found:
                return "no such stream, consumer, message or key";
            case errc::wrong_sequence:
                return "somebody else wrote first";
            case errc::too_large:
                return "larger than the server's max_payload";
            case errc::already_exists:
                return "exists already with another configuration";
        }
        return "unknown error";
    }
};

}  // namespace

const boost::system::error_category& bus_category() {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), bus_category()}; }

}  // namespace tidings::bus
