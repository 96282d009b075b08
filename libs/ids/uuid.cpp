#include "ids/uuid.hpp"

#include <openssl/rand.h>

#include <atomic>
#include <cstring>
#include <stdexcept>

#include "text/hex.hpp"

namespace tidings::ids {

namespace {

// 62 random bits are needed per UUID: fetched in blocks, because a call of the generator costs about a microsecond.
std::uint64_t random_bits() {
    thread_local std::array<std::uint64_t, 64> block;
    thread_local std::size_t used = block.size();
    if (used == block.size()) {
        if (RAND_bytes(reinterpret_cast<unsigned char*>(block.data()), sizeof block) != 1)
            throw std::runtime_error("the system random number generator failed");
        used = 0;
    }
    return block[used++];
}

// Milliseconds in the upper 48 bits, 1/4096 of a millisecond in the lower 12 (RFC 9562, section 6.2, method 3).
std::uint64_t ticks(std::chrono::system_clock::time_point now) {
    const auto us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count());
    return (us / 1000) << 12 | (us % 1000) * 4096 / 1000;
}

// Never the same twice: when the clock stands still or goes back, the count goes on from where it was.
std::uint64_t next_ticks(std::chrono::system_clock::time_point now) {
    static std::atomic<std::uint64_t> last{0};
    const std::uint64_t current = ticks(now);
    std::uint64_t before = last.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
        next = current > before ? current : before + 1;
    } while (!last.compare_exchange_weak(before, next, std::memory_order_relaxed));
    return next;
}

void store_big_endian(std::uint8_t* at, std::uint64_t value) {
    for (int i = 7; i >= 0; --i, value >>= 8)
        at[i] = static_cast<std::uint8_t>(value);
}

bool is_hyphen_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

constexpr std::size_t text_length = 36;

}  // namespace

uuid uuid::v7() { return v7(std::chrono::system_clock::now()); }

uuid uuid::v7(std::chrono::system_clock::time_point now) {
    const std::uint64_t time = next_ticks(now);
    std::array<std::uint8_t, 16> bytes;
    store_big_endian(bytes.data(), (time >> 12) << 16 | 0x7000 | (time & 0xFFF));
    store_big_endian(bytes.data() + 8, (random_bits() >> 2) | std::uint64_t{1} << 63);
    return uuid(bytes);
}

std::optional<uuid> uuid::parse(std::string_view text) {
    if (text.size() != text_length) return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    std::size_t digit = 0;
    for (std::size_t i = 0; i < text_length; ++i) {
        if (is_hyphen_position(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const auto value = text::hex_value(text[i]);
        if (!value) return std::nullopt;
        bytes[digit / 2] = static_cast<std::uint8_t>(bytes[digit / 2] << 4 | *value);
        ++digit;
    }
    return uuid(bytes);
}

std::string uuid::str() const {
    std::string out;
    append_to(out);
    return out;
}

void uuid::append_to(std::string& out) const {
    char text[text_length];
    std::size_t at = 0;
    for (const std::uint8_t byte : bytes_) {
        if (is_hyphen_position(at)) text[at++] = '-';
        text[at++] = text::hex_digits[byte >> 4];
        text[at++] = text::hex_digits[byte & 0xF];
    }
    out.append(text, text_length);
}

}  // namespace tidings::ids
