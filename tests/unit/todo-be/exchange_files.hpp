// Files read and written whole, for tests.
#pragma once

#include <string>
#include <vector>

#include "api/exchange/file_writer.hpp"
#include "api/exchange/import_file.hpp"

namespace tidings::todo_be {

// Cut into pieces of at most `most` bytes.
inline std::vector<import_row> rows_of(file_format f, std::string_view text, std::size_t most = 7) {
    import_file file(f);
    std::vector<import_row> all;
    const auto add = [&](std::vector<import_row> rows) {
        for (auto& r : rows)
            all.push_back(std::move(r));
    };
    for (; !text.empty(); text.remove_prefix(std::min(most, text.size())))
        add(file.feed(text.substr(0, most)));
    add(file.end());
    return all;
}

// "2 /title 3 ": the line and what is wrong with it.
inline std::string wrong_in(const std::vector<import_row>& rows) {
    std::string text;
    for (const auto& r : rows)
        for (const auto& w : r.wrong)
            text += std::to_string(r.line) + w.field + ' ' + describe(w.why) + '\n';
    return text;
}

inline std::string written(file_format f, const std::vector<todo>& all) {
    const todo_json json("/api/todos/");
    file_writer writer(f, json);
    std::string text;
    writer.begin(text);
    for (const auto& t : all)
        writer.append(text, t);
    writer.end(text);
    return text;
}

}  // namespace tidings::todo_be
