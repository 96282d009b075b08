#include "bus/jetstream/publish_reply.hpp"

#include <charconv>

#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/json_fields.hpp"

namespace tidings::bus {

namespace {

// {"stream":"<name>", "seq":<digits>} and nothing else.
bool read_usual_form(std::string_view json, std::uint64_t& sequence) {
    if (!json.starts_with(R"({"stream":")")) return false;
    constexpr std::string_view label = R"("seq":)";
    const auto at = json.find(label);
    if (at == std::string_view::npos) return false;
    const char* const end = json.data() + json.size();
    const auto [rest, failure] = std::from_chars(json.data() + at + label.size(), end, sequence);
    return failure == std::errc() && sequence > 0 && rest != end && *rest == '}';
}

}  // namespace

publish_ack parse_publish_reply(std::string_view json, std::string& detail) {
    publish_ack ack;
    if (read_usual_form(json, ack.sequence)) return ack;
    const auto reply = parse_api_reply(json, detail);
    if (!reply) return {reply.error(), 0, false};
    ack.sequence = number_of<std::uint64_t>(*reply, "seq");
    ack.duplicate = flag_of(*reply, "duplicate");
    if (ack.sequence > 0) return ack;
    detail = "a reply without a sequence";
    ack.failure = make_error_code(errc::refused);
    return ack;
}

}  // namespace tidings::bus
