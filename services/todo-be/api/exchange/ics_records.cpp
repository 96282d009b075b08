#include "api/exchange/ics_records.hpp"

#include <utility>

#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

// RFC 3339 of "20260131", "20260131T120000Z" and "20260131T120000"; others as they are: judged later.
std::string extended(std::string_view basic) {
    constexpr std::size_t date = 8, time = 15;
    const bool is_date = basic.size() == date && text::all_digits(basic);
    const bool is_time = basic.size() >= time && text::all_digits(basic.substr(0, date)) && basic[date] == 'T' &&
                         text::all_digits(basic.substr(date + 1, 6)) &&
                         (basic.size() == time || basic.substr(time) == "Z");
    if (!is_date && !is_time) return std::string(basic);
    auto text = std::string(basic.substr(0, 4)).append("-").append(basic.substr(4, 2)).append("-");
    text += basic.substr(6, 2);
    if (!is_time) return text;
    text.append("T").append(basic.substr(9, 2)).append(":").append(basic.substr(11, 2)).append(":");
    return text.append(basic.substr(13, 2)).append("Z");
}

// 1 to 4 are high, 5 is medium, 6 to 9 are low (3.8.1.9).
const char* priority_named(std::string_view number) {
    const char digit = number.size() == 1 ? number[0] : '?';
    if (digit == '0') return "none";
    if (digit >= '1' && digit <= '4') return "high";
    if (digit == '5') return "medium";
    return digit >= '6' && digit <= '9' ? "low" : "";
}

void add_labels(json::object& members, std::string_view list) {
    auto& labels = members["labels"];
    if (!labels.is_array()) labels = json::array();
    for (const auto& label : ics_list(list))
        if (!label.empty()) labels.get_array().emplace_back(label);
}

}  // namespace

void ics_records::feed(std::string_view piece, std::vector<record>& out) {
    lines_.feed(piece, longest_record,
                [&](std::string_view line, std::size_t number, bool too_long) { take(line, number, too_long, out); });
}

void ics_records::end(std::vector<record>& out) {
    lines_.end([&](std::string_view line, std::size_t number, bool too_long) { take(line, number, too_long, out); });
    unfolded(out);
    if (has_text_ && !begun_) broken_.push_back({{}, errc::calendar_missing});
    if (!in_todo_) return;
    note({}, errc::record_unfinished);
    out.push_back(std::move(record_));
}

// A line that begins with white space goes on with the one before.
void ics_records::take(std::string_view line, std::size_t number, bool too_long, std::vector<record>& out) {
    const bool goes_on = line.starts_with(' ') || line.starts_with('\t');
    if (goes_on) {
        line.remove_prefix(1);
    } else {
        unfolded(out);
        line_begin_ = number;
    }
    bytes_ += line.size();
    if (in_todo_ && (too_long || bytes_ > longest_record)) note({}, errc::record_too_long);
    if (line_.size() + line.size() <= longest_record) line_ += line;
}

void ics_records::unfolded(std::vector<record>& out) {
    const auto text = std::exchange(line_, {});
    if (text::trim(text).empty()) return;
    has_text_ = true;
    const auto line = parse_ics_line(text);
    if (line) {
        use(*line, out);
    } else if (in_todo_) {
        note("line " + std::to_string(line_begin_), errc::line_not_icalendar);
    }
}

void ics_records::use(const ics_line& line, std::vector<record>& out) {
    const bool todo = text::iequals(line.value, "VTODO");
    if (line.name == "BEGIN") {
        begun_ = true;
        if (in_todo_) {
            ++inner_;
        } else if (todo) {
            in_todo_ = true;
            record_ = {.line = line_begin_};
            bytes_ = 0;
        }
    } else if (line.name == "END" && inner_ > 0) {
        --inner_;
    } else if (line.name == "END" && in_todo_) {
        in_todo_ = false;
        out.push_back(std::exchange(record_, {}));
    } else if (in_todo_ && inner_ == 0 && record_.wrong.empty()) {
        set(line);
    }
}

void ics_records::set(const ics_line& line) {
    auto& members = record_.members;
    if (line.name == "SUMMARY") members["title"] = unescaped_ics(line.value);
    if (line.name == "DESCRIPTION") members["notes"] = unescaped_ics(line.value);
    if (line.name == "UID") members["id"] = line.value;
    if (line.name == "DUE") set_due(line);
    if (line.name == "STATUS" && (line.value == "COMPLETED" || line.value == "CANCELLED")) members["done"] = true;
    if (line.name == "COMPLETED") {
        members["done"] = true;
        members["done_at"] = extended(line.value);
    }
    if (line.name == "PRIORITY") members["priority"] = priority_named(line.value);
    if (line.name == "CATEGORIES") add_labels(members, line.value);
    const auto relation = line.param("RELTYPE");
    if (line.name == "RELATED-TO" && (relation.empty() || text::iequals(relation, "PARENT")))
        members["parent"] = line.value;
    if (line.name == "X-TIDINGS-TIME-ZONE" && !record_.due_is_local) members["due_time_zone"] = line.value;
    if (line.name == "X-TIDINGS-ORDER") {
        const auto order = text::parse_number<double>(line.value);
        members["order"] = order ? json::value(*order) : json::value(line.value);
    }
    if (line.name == "RRULE") members["recurrence"] = line.value;
    if (line.name == "RDATE" || line.name == "EXDATE") note(line.name, errc::recurrence_unknown);
}

void ics_records::set_due(const ics_line& line) {
    record_.members["due"] = extended(line.value);
    const auto zone = line.param("TZID");
    if (zone.empty() || line.value.ends_with('Z')) return;
    record_.members["due_time_zone"] = zone;
    record_.due_is_local = true;
}

// One reason is enough: what has one is passed over up to its end.
void ics_records::note(std::string field, errc why) {
    record_.members.clear();
    if (record_.wrong.empty()) record_.wrong.push_back({std::move(field), why});
}

}  // namespace tidings::todo_be
