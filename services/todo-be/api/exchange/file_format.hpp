// The files that to-dos are exported to and imported from.
#pragma once

#include <optional>
#include <string_view>

namespace tidings::todo_be {

enum class file_format { json, ndjson, csv, todotxt, ics };

struct format_traits {
    file_format format;
    std::string_view name;        // in ?format=
    std::string_view media_type;  // without parameters
    const char* content_type;     // of an export
    const char* file_name;        // the same
};

const format_traits& traits_of(file_format f);
std::optional<file_format> format_named(std::string_view name);
// Of a body with this Content-Type; nothing for others, and for another charset than UTF-8.
std::optional<file_format> format_of_body(std::string_view content_type);
// The first one that the header names, else JSON: quality values are not weighed.
file_format format_accepted(std::string_view accept);

}  // namespace tidings::todo_be
