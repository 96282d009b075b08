#include "api/todo_members.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <limits>
#include <optional>
#include <string>

#include "domain/recurrence.hpp"
#include "domain/text.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

// Reads one value into a field of the patch; the reason when it does not fit.
using field_reader = result<> (*)(const json::value&, todo_patch&);

result<> read_title(const json::value& v, todo_patch& patch) {
    if (!v.is_string()) return errc::not_text;
    auto title = clean_title(v.get_string());
    if (!title) return title.error();
    patch.title = std::move(*title);
    return {};
}

result<> read_done(const json::value& v, todo_patch& patch) {
    if (!v.is_bool() && !v.is_null()) return errc::not_boolean;
    patch.done = v.is_bool() && v.get_bool();
    return {};
}

// NaN when it is no number.
double number_of(const json::value& v) {
    if (v.is_int64()) return static_cast<double>(v.get_int64());
    if (v.is_uint64()) return static_cast<double>(v.get_uint64());
    return v.is_double() ? v.get_double() : std::numeric_limits<double>::quiet_NaN();
}

result<> read_order(const json::value& v, todo_patch& patch) {
    if (v.is_null()) {
        patch.order.emplace(std::nullopt);
        return {};
    }
    const auto number = number_of(v);
    if (!(number >= 0 && number <= static_cast<double>(highest_order))) return errc::order_invalid;
    patch.order.emplace(number + 0.0);  // -0 is 0
    return {};
}

result<> read_due(const json::value& v, todo_patch& patch) {
    if (v.is_null()) {
        patch.due.emplace(std::nullopt);
        return {};
    }
    if (!v.is_string()) return errc::due_invalid;
    const auto due = parse_due_date(v.get_string());
    if (!due) return errc::due_invalid;
    patch.due.emplace(*due);
    return {};
}

result<> read_priority(const json::value& v, todo_patch& patch) {
    if (v.is_null()) {
        patch.priority = priority::none;
        return {};
    }
    if (!v.is_string()) return errc::priority_unknown;
    const auto p = parse_priority(v.get_string());
    if (!p) return p.error();
    patch.priority = *p;
    return {};
}

result<> read_notes(const json::value& v, todo_patch& patch) {
    if (v.is_null()) {
        patch.notes.emplace();
        return {};
    }
    if (!v.is_string()) return errc::not_text;
    auto notes = check_notes(v.get_string());
    if (!notes) return notes.error();
    patch.notes = std::move(*notes);
    return {};
}

result<> read_time_zone(const json::value& v, todo_patch& patch) {
    if (v.is_null()) {
        patch.due_time_zone.emplace(std::nullopt);
        return {};
    }
    if (!v.is_string()) return errc::time_zone_unknown;
    auto zone = check_time_zone(v.get_string());
    if (!zone) return zone.error();
    patch.due_time_zone.emplace(std::move(*zone));
    return {};
}

result<> read_parent(const json::value& v, todo_patch& patch) {
    if (v.is_null()) {
        patch.parent.emplace(std::nullopt);
        return {};
    }
    const auto id = v.is_string() ? ids::uuid::parse(v.get_string()) : std::nullopt;
    if (!id) return errc::parent_invalid;
    patch.parent.emplace(*id);
    return {};
}

struct known_field {
    std::string_view name;
    field_reader read;
};
constexpr std::array<known_field, 8> known_fields{{{"title", read_title},
                                                   {"done", read_done},
                                                   {"order", read_order},
                                                   {"due", read_due},
                                                   {"priority", read_priority},
                                                   {"notes", read_notes},
                                                   {"due_time_zone", read_time_zone},
                                                   {"parent", read_parent}}};

result<> add_label(const json::value& v, std::vector<std::string>& labels) {
    if (!v.is_string()) return errc::not_text;
    auto label = clean_label(v.get_string());
    if (!label) return label.error();
    if (std::find(labels.begin(), labels.end(), *label) != labels.end()) return errc::label_repeated;
    labels.push_back(std::move(*label));
    return {};
}

// What is wrong with a value, and the character that it is about.
violation violation_of(std::string field, const boost::system::error_code& e, const json::value& v) {
    const auto why = static_cast<errc>(e.value());
    const bool of_character = why == errc::text_control || why == errc::text_direction || why == errc::text_invisible;
    if (!of_character) return {std::move(field), why};
    const auto shape = field == "/notes" ? text_shape::lines : text_shape::line;
    return {std::move(field), why, unwelcome_character(v.get_string(), shape)};
}

void read_labels(const json::value& v, todo_patch& patch, violations& wrong) {
    auto& labels = patch.labels.emplace();
    if (v.is_null()) return;
    if (!v.is_array()) return wrong.push_back({"/labels", errc::not_list});
    const auto& list = v.get_array();
    if (list.size() > most_labels) return wrong.push_back({"/labels", errc::labels_too_many});
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto added = add_label(list[i], labels);
        if (!added) wrong.push_back(violation_of("/labels/" + std::to_string(i), added.error(), list[i]));
    }
}

void read_recurrence(const json::value& v, todo_patch& patch, violations& wrong) {
    auto& rule = patch.recurrence.emplace();
    if (v.is_null()) return;
    std::string why = "it is no string";
    const auto read = v.is_string() ? parse_recurrence(v.get_string(), &why) : errc::recurrence_invalid;
    if (!read) return wrong.push_back({"/recurrence", errc::recurrence_invalid, why});
    rule = format(*read);
}

constexpr std::array<std::string_view, 6> read_only{"id", "version", "created_at", "updated_at", "done_at", "url"};

}  // namespace

void read_member(std::string_view name, const json::value& v, todo_patch& patch, violations& wrong) {
    if (name == "labels") return read_labels(v, patch, wrong);
    if (name == "recurrence") return read_recurrence(v, patch, wrong);
    const auto* field =
        std::find_if(known_fields.begin(), known_fields.end(), [&](const auto& f) { return f.name == name; });
    if (field == known_fields.end()) return wrong.push_back({text::json_pointer_to(name), errc::unknown_field});
    const auto read = field->read(v, patch);
    if (!read) wrong.push_back(violation_of(text::json_pointer_to(name), read.error(), v));
}

std::span<const std::string_view> read_only_members() { return read_only; }

bool is_read_only(std::string_view name) {
    return std::find(read_only.begin(), read_only.end(), name) != read_only.end();
}

}  // namespace tidings::todo_be
