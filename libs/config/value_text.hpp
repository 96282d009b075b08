// From the text of a setting to its value, each with an error that says how to fix it. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::config {

// what(): "'abc' is not a whole number; use 0..65535".
struct bad_value : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// `shown` is false for what came from a mounted file: it may be a secret that ended up in the wrong setting.
struct raw_value {
    std::string_view text;
    bool shown = true;
};

std::uint64_t to_number(raw_value v, std::uint64_t lowest, std::uint64_t highest);
bool to_flag(raw_value v);
std::chrono::milliseconds to_duration(raw_value v, std::chrono::milliseconds lowest, std::chrono::milliseconds highest);
std::string to_choice(raw_value v, const std::vector<std::string_view>& allowed);
// Comma-separated; blanks around an item and empty items do not count.
std::vector<std::string_view> split_list(std::string_view text);

// The largest unit that is exact: "10s", "1500ms", "7d".
std::string duration_text(std::chrono::milliseconds d);

}  // namespace tidings::config
