#include "observe/trace_context.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>

#include "text/hex.hpp"

namespace tidings::observe {

namespace {

constexpr std::size_t length_of_version_00 = 55;

bool is_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

// The kernel is asked for many random bytes at once: one system call for 64 ids.
std::uint8_t random_byte() {
    thread_local std::array<std::uint8_t, 512> block;
    thread_local std::size_t used = block.size();
    while (used == block.size()) {
        const ssize_t got = ::getrandom(block.data(), block.size(), 0);
        if (got == static_cast<ssize_t>(block.size())) {
            used = 0;
        } else if (got >= 0 || errno != EINTR) {
            throw std::runtime_error("the system has no random numbers");
        }
    }
    return block[used++];
}

std::string random_id(std::size_t bytes) {
    std::string out;
    do {
        out.clear();
        for (std::size_t i = 0; i < bytes; ++i)
            text::append_hex(out, random_byte());
    } while (!is_id(out));
    return out;
}

}  // namespace

std::string trace_context::header() const { return "00-" + trace_id + "-" + parent_id + (sampled ? "-01" : "-00"); }

trace_context trace_context::child() const { return {trace_id, random_id(8), sampled}; }

trace_context trace_context::start() { return {random_id(16), random_id(8), true}; }

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
    return trace_context{std::string(trace), std::string(parent), (*text::hex_value(flags[1]) & 1) == 1};
}

}  // namespace tidings::observe
