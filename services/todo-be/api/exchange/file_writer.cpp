#include "api/exchange/file_writer.hpp"

#include "api/exchange/csv_records.hpp"
#include "api/exchange/ics_writer.hpp"
#include "api/exchange/todotxt_records.hpp"

namespace tidings::todo_be {

void file_writer::begin(std::string& out) const {
    if (format_ == file_format::json) out += "[\n";
    if (format_ == file_format::csv) append_csv_header(out);
    if (format_ == file_format::ics) begin_ics(out);
}

void file_writer::append(std::string& out, const todo& t) {
    switch (format_) {
        case file_format::json:
            if (!first_) out += ",\n";
            json_.append(out, t);
            break;
        case file_format::ndjson:
            json_.append(out, t);
            out += '\n';
            break;
        case file_format::csv:
            append_csv(out, t);
            break;
        case file_format::todotxt:
            append_todotxt(out, t);
            break;
        case file_format::ics:
            append_ics(out, t);
            break;
    }
    first_ = false;
}

void file_writer::end(std::string& out) const {
    if (format_ == file_format::json) out += first_ ? "]\n" : "\n]\n";
    if (format_ == file_format::ics) end_ics(out);
}

}  // namespace tidings::todo_be
