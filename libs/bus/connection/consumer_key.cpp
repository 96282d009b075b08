#include "bus/connection/consumer_key.hpp"

#include <algorithm>
#include <cstddef>

namespace tidings::bus {

namespace {

constexpr std::size_t short_form = 7;  // tokens after the prefix
constexpr std::size_t long_form = 9;   // a random token at the end may make it 10

// The length of the first `tokens` tokens without the dot behind them.
std::size_t length_of(std::string_view text, int tokens) {
    std::size_t end = text.find('.');
    while (--tokens > 0 && end != std::string_view::npos)
        end = text.find('.', end + 1);
    return end;
}

}  // namespace

std::string_view consumer_key(std::string_view reply) {
    if (!reply.starts_with(ack_prefix)) return {};
    reply.remove_prefix(ack_prefix.size());
    const auto tokens = static_cast<std::size_t>(std::count(reply.begin(), reply.end(), '.')) + 1;
    if (tokens < short_form) return {};
    if (tokens >= long_form) reply.remove_prefix(length_of(reply, 2) + 1);
    return reply.substr(0, length_of(reply, 2));
}

}  // namespace tidings::bus
