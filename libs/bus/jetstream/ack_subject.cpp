#include "bus/jetstream/ack_subject.hpp"

#include <array>

#include "bus/connection/consumer_key.hpp"
#include "text/decimal.hpp"

namespace tidings::bus {

namespace {

constexpr std::size_t short_form = 7;  // tokens after the prefix
constexpr std::size_t long_form = 9;   // a random token at the end may make it 10

struct tokens {
    std::array<std::string_view, 12> at;
    std::size_t count = 0;
};

tokens split(std::string_view text) {
    tokens found;
    while (found.count < found.at.size()) {
        const auto dot = text.find('.');
        found.at[found.count++] = text.substr(0, dot);
        if (dot == std::string_view::npos) break;
        text.remove_prefix(dot + 1);
    }
    return found;
}

// The index of <delivered>; npos when the number of tokens matches neither form.
std::size_t counters_of(const tokens& t) {
    if (t.count == short_form) return 2;
    if (t.count == long_form || t.count == long_form + 1) return 4;
    return std::string_view::npos;
}

// False when `token` is not such a number.
template <class Number>
bool read(std::string_view token, Number& number) {
    const auto parsed = text::parse_number<Number>(token);
    number = parsed.value_or(0);
    return parsed.has_value();
}

}  // namespace

std::optional<ack_subject> parse_ack_subject(std::string_view reply) {
    if (!reply.starts_with(ack_prefix)) return std::nullopt;
    const tokens t = split(reply.substr(ack_prefix.size()));
    const auto first = counters_of(t);
    if (first == std::string_view::npos) return std::nullopt;
    ack_subject a;
    const bool ok = read(t.at[first], a.delivered) && read(t.at[first + 1], a.stream_sequence) &&
                    read(t.at[first + 2], a.consumer_sequence) && read(t.at[first + 3], a.stored_ns) &&
                    read(t.at[first + 4], a.pending);
    // A server counts from 1, and no time lies before 1970: what says otherwise is nothing to calculate with.
    return ok && a.delivered > 0 && a.stored_ns >= 0 ? std::optional(a) : std::nullopt;
}

}  // namespace tidings::bus
