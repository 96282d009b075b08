// The content lines of iCalendar (RFC 5545, 3.1): names, parameters, values, escapes, folding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::todo_be {

struct ics_line {
    std::string name;                                           // in capitals
    std::vector<std::pair<std::string, std::string>> params{};  // names in capitals, values without quotes
    std::string_view value{};                                   // of the text that was read

    // Empty when it is not there.
    std::string_view param(std::string_view wanted) const;
};

// An unfolded line. Nothing when it is none.
std::optional<ics_line> parse_ics_line(std::string_view line);

// A TEXT as it was before it was escaped (3.3.11); of a list its parts, which commas separate.
std::string unescaped_ics(std::string_view text);
std::vector<std::string> ics_list(std::string_view text);

// A TEXT, escaped. A CR is left out: there is no way to write it.
std::string escaped_ics(std::string_view text);

// The line with its end, folded so that none has more than 75 bytes, and no character of UTF-8 is cut.
void append_ics_line(std::string& out, std::string_view line);

}  // namespace tidings::todo_be
