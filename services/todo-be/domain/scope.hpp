// What whoever asks may do, where there are users (RFC 6749, 3.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::todo_be {

enum class scope : std::uint8_t {
    todos_read,   // to-dos, lists, exports, the change feed
    todos_write,  // everything that changes a to-do
    tokens,       // one's personal access tokens
    calendar,     // the calendar, by its link
    lists,        // making shared lists, renaming and deleting them, and who is a member
};
inline constexpr std::array<std::string_view, 5> scope_names{"todos:read", "todos:write", "tokens", "calendar",
                                                             "lists"};

inline std::string_view to_string(scope s) { return scope_names.at(static_cast<std::size_t>(s)); }
std::optional<scope> parse_scope(std::string_view name);

class scope_set {
  public:
    scope_set() = default;
    explicit scope_set(std::uint32_t bits) : bits_(bits) {}

    void add(scope s) { bits_ |= bit(s); }
    bool has(scope s) const { return (bits_ & bit(s)) != 0; }
    // Whether `other` has nothing that this one lacks.
    bool covers(scope_set other) const { return (other.bits_ & ~bits_) == 0; }
    std::uint32_t bits() const { return bits_; }
    bool operator==(const scope_set&) const = default;

  private:
    static std::uint32_t bit(scope s) { return 1U << static_cast<unsigned>(s); }
    std::uint32_t bits_ = 0;
};
inline const scope_set all_scopes{~0U};

// "todos:read tokens"; read_scopes() passes over names that are none of ours.
std::string to_string(scope_set s);
scope_set read_scopes(std::string_view text);

}  // namespace tidings::todo_be
