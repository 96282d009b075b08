#include "context/trace_context.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "text/hex.hpp"

namespace tidings {

namespace {

constexpr std::size_t length_of_version_00 = 55;

bool is_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

// The kernel is asked for many random bytes in one call: one system call for 64 ids.
std::uint8_t random_byte() {
    thread_local std::array<std::uint8_t, 512> block;
    thread_local std::size_t used = block.size();
    while (used == block.size()) {
        const ssize_t got = ::getrandom(block.data(), block.size(), 0);
        if (got == static_cast<ssize_t>(block.size())) {
            used = 0;
        } else if (got >= 0 || errno != EINTR) {
            throw std::runtime_error("the system random number generator failed");
        }
    }
    return block[used++];
}

void fill_random_id(std::span<char> id) {
    do {
        for (std::size_t i = 0; i + 1 < id.size(); i += 2) {
            const std::uint8_t byte = random_byte();
            id[i] = text::hex_digits[byte >> 4U];
            id[i + 1] = text::hex_digits[byte & 0xFU];
        }
    } while (!is_id({id.data(), id.size()}));
}

}  // namespace

std::string trace_context::header() const {
    if (empty()) return {};
    std::string out;
    out.reserve(length_of_version_00);
    return out.append("00-").append(trace_id()).append("-").append(span_id()).append(sampled_ ? "-01" : "-00");
}

trace_context trace_context::child() const {
    auto made = *this;
    fill_random_id(made.span_id_);
    return made;
}

trace_context trace_context::start() {
    trace_context made;
    fill_random_id(made.trace_id_);
    fill_random_id(made.span_id_);
    return made;
}

std::optional<trace_context> trace_context::parse(std::string_view text) {
    if (text.size() < length_of_version_00) return std::nullopt;
    const std::string_view version = text.substr(0, 2);
    const std::string_view trace = text.substr(3, 32);
    const std::string_view parent = text.substr(36, 16);
    const std::string_view flags = text.substr(53, 2);
    if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
    if (!is_hex(version) || version == "ff" || !is_id(trace) || !is_id(parent) || !is_hex(flags)) return std::nullopt;

    // Later versions may add fields behind another hyphen; version 00 ends here.
    const std::string_view more = text.substr(length_of_version_00);
    if (!more.empty() && (version == "00" || more.front() != '-')) return std::nullopt;
    trace_context found;
    std::ranges::copy(trace, found.trace_id_.begin());
    std::ranges::copy(parent, found.span_id_.begin());
    found.sampled_ = (*text::hex_value(flags[1]) & 1U) == 1;
    return found;
}

}  // namespace tidings
