#include "bus/ack_json.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "bus/jetstream_json.hpp"

namespace tidings::bus {

namespace {

constexpr std::string_view sequence_key = R"("seq":)";

}  // namespace

publish_ack parse_ack(const message& m) {
    publish_ack ack;
    if (m.status() == 503) {
        ack.failure = make_error_code(errc::no_responders);
        return ack;
    }
    const auto text = m.payload();
    const auto at = text.find(sequence_key);
    if (text.starts_with(R"({"stream":)") && at != std::string_view::npos) {
        const auto digits = text.substr(at + sequence_key.size());
        std::from_chars(digits.data(), digits.data() + digits.size(), ack.sequence);
        ack.duplicate = text.find(R"("duplicate":true)") != std::string_view::npos;
        if (ack.sequence > 0) return ack;
    }
    const auto answer = parse_answer(m);
    ack.failure = answer ? make_error_code(errc::refused) : answer.error();
    return ack;
}

}  // namespace tidings::bus
