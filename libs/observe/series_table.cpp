#include "observe/series_table.hpp"

#include <charconv>
#include <stdexcept>

#include "observe/metric_name.hpp"

namespace tidings::observe {

namespace {

// https://prometheus.io/docs/instrumenting/exposition_formats/#comments-help-text-and-type-information
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

void append_number(std::string& out, double n) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr;
    out.append(digits.data(), end);
}

}  // namespace

series_table::series_table(std::string label, std::vector<column> columns)
    : label_(std::move(label)), columns_(std::move(columns)) {
    if (columns_.empty() || columns_.size() > most_columns)
        throw std::invalid_argument("1 to " + std::to_string(most_columns) + " names share a label");
    for (const auto& c : columns_) {
        check_metric_name(c.name);
        check_label_name(c.name, label_);
    }
}

series_table::row& series_table::of(const std::string& value) {
    const std::lock_guard hold(mutex_);
    return rows_[value];
}

void series_table::remove(const std::string& value) {
    const std::lock_guard hold(mutex_);
    rows_.erase(value);
}

void series_table::append_to(std::string& out) const {
    const std::lock_guard hold(mutex_);
    if (rows_.empty()) return;
    std::size_t bytes = 0;
    for (const auto& c : columns_)
        bytes += 256 + rows_.size() * (c.name.size() + label_.size() + rows_.begin()->first.size() + 24);
    out.reserve(out.size() + bytes);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& c = columns_[i];
        const auto* const type = c.kind == kind::counter ? " counter\n" : " gauge\n";
        out.append("# HELP ").append(c.name).append(" ").append(c.help);
        out.append("\n# TYPE ").append(c.name).append(type);
        for (const auto& [value, r] : rows_) {
            out.append(c.name).append("{").append(label_).append("=\"").append(escaped(value)).append("\"} ");
            append_number(out, r.at(i));
            out.append("\n");
        }
    }
}

}  // namespace tidings::observe
