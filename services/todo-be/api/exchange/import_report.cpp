#include "api/exchange/import_report.hpp"

#include <algorithm>

#include "api/answers.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

void import_report::failed(std::size_t line, const violations& wrong) {
    ++failed_;
    for (const auto& v : wrong)
        if (errors_.size() < most_errors_listed) errors_.push_back({line, v.field, text_of(v)});
}

std::string import_report::text() const {
    std::string out = dry_run_ ? R"({"dry_run":true,"created":)" : R"({"dry_run":false,"created":)";
    out += std::to_string(created_) + ",\"failed\":" + std::to_string(failed_) + ",\"errors\":[";
    for (const auto& e : errors_) {
        if (&e != errors_.data()) out += ',';
        out += "{\"line\":" + std::to_string(e.line) + ",\"field\":";
        text::append_json_string(out, e.field);
        text::append_json_string(out += ",\"detail\":", e.detail);
        out += '}';
    }
    return out += "]}";
}

}  // namespace tidings::todo_be
