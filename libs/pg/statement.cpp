#include "pg/statement.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace tidings::pg {

namespace {

// FNV-1a, 64 bits.
std::uint64_t digest(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

}  // namespace

statement::statement(std::string_view label, std::string sql) : sql_(std::move(sql)), name_(label) {
    std::array<char, 16> hex{};
    const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), digest(sql_), 16).ptr;
    name_ += '_';
    name_.append(hex.data(), end);
}

}  // namespace tidings::pg
