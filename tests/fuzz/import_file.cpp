// A file to import: the first byte chooses the format, the second the size of the pieces. However it is cut, the same
// rows come of it; a row that is not refused is written in each format and read back.
#include "api/exchange/import_file.hpp"

#include "api/exchange/file_writer.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

using namespace todo_be;

std::vector<import_row> rows_of(file_format f, std::string_view text, std::size_t piece) {
    import_file file(f);
    std::vector<import_row> all;
    const auto add = [&](std::vector<import_row> rows) {
        for (auto& r : rows)
            all.push_back(std::move(r));
    };
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        add(file.feed(text.substr(0, piece)));
    add(file.end());
    return all;
}

void read_back(file_format f, const import_row& row) {
    const todo_json json("/api/todos/");
    todo t;
    t.fields = row.what.fields;
    if (t.fields.done) t.done_at = row.what.done_at.value_or(ids::timestamp());
    file_writer writer(f, json);
    std::string text;
    writer.begin(text);
    writer.append(text, t);
    writer.end(text);
    const auto again = rows_of(f, text, 5);
    require(again.size() == 1 && again[0].wrong.empty(), "what is written is read");
    auto fields = again[0].what.fields;
    if (f == file_format::ics) fields.notes = t.fields.notes;  // without its CRs
    if (f == file_format::ics) fields.due = t.fields.due;      // without its fraction
    require(fields == t.fields, "what is written is what is read");
}

}  // namespace

void check(std::string_view bytes) {
    if (bytes.size() < 2) return;
    const auto f = static_cast<file_format>(static_cast<unsigned char>(bytes[0]) % 5);
    const auto piece = std::size_t{1} + static_cast<unsigned char>(bytes[1]);
    const auto text = bytes.substr(2);
    const auto rows = rows_of(f, text, piece);
    const auto whole = rows_of(f, text, text.size() + 1);
    require(rows.size() == whole.size(), "the same rows in pieces");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        require(rows[i].wrong == whole[i].wrong && rows[i].what.fields == whole[i].what.fields, "the same in pieces");
        if (!rows[i].wrong.empty()) continue;
        for (int other = 0; other < 5; ++other)
            read_back(static_cast<file_format>(other), rows[i]);
    }
}

}  // namespace tidings::fuzz
