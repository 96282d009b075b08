#include "api/exchange/todotxt_records.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text/ascii.hpp"
#include "text/decimal.hpp"
#include "text/escape.hpp"
#include "text/hex.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 9> keys{"due", "pri", "tz", "order", "id", "parent", "label", "notes", "rrule"};

bool is_priority(std::string_view word) { return word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z'; }

// What stands before the colon, if that makes the word more than text.
std::string_view key_of(std::string_view word) {
    const auto colon = word.find(':');
    if (colon == word.npos || colon + 1 == word.size()) return {};
    const auto key = word.substr(0, colon);
    const bool known = std::find(keys.begin(), keys.end(), key) != keys.end();
    return known && (key != "pri" || is_priority(word.substr(colon + 1))) ? key : std::string_view();
}

bool is_special(std::string_view word) {
    return (word.size() > 1 && (word[0] == '@' || word[0] == '+')) || !key_of(word).empty();
}

// Backslashes in front aside.
bool looks_special(std::string_view word) {
    return is_special(word.substr(std::min(word.find_first_not_of('\\'), word.size())));
}

bool is_date(std::string_view word) {
    const auto date = parse_due_date(word);
    return date && date->whole_day;
}

const char* priority_named(char letter) { return letter == 'A' ? "high" : letter == 'B' ? "medium" : "low"; }

std::string decoded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto byte = text[0] == '%' ? text::parse_hex_byte(text.substr(1)) : std::nullopt;
        out += byte ? static_cast<char>(*byte) : text[0];
        text.remove_prefix(byte ? 3 : 1);
    }
    return out;
}

class line_reader {
  public:
    explicit line_reader(std::string_view line) : rest_(line) {}

    json::object read() {
        read_beginning();
        std::string title;
        for (bool first = true; !ended_; first = false) {
            const auto word = next();
            if (is_special(word)) {
                read_special(word);
                continue;
            }
            if (!first && !title.empty()) title += ' ';
            title += word.starts_with('\\') && looks_special(word) ? word.substr(1) : word;
        }
        members_["title"] = text::trim(title);
        if (!labels_.empty()) members_["labels"] = std::move(labels_);
        return std::move(members_);
    }

  private:
    void read_beginning() {
        const bool done = rest_.starts_with("x ");
        if (done) next();
        if (rest_.size() > 4 && rest_[0] == '(' && rest_.substr(2, 2) == ") " && is_priority(rest_.substr(1, 1)))
            members_["priority"] = priority_named(next()[1]);
        const auto first = next_date();
        if (!done) return;
        members_["done"] = true;
        if (!first.empty()) members_["done_at"] = std::string(first) + "T00:00:00Z";
        if (!first.empty()) next_date();
    }

    std::string_view next_date() { return is_date(rest_.substr(0, rest_.find(' '))) ? next() : std::string_view(); }

    void read_special(std::string_view word) {
        const auto key = key_of(word);
        if (key.empty()) {
            labels_.emplace_back(word.substr(word[0] == '@' ? 1 : 0));
            return;
        }
        const auto value = word.substr(key.size() + 1);
        if (key == "pri") {
            members_["priority"] = priority_named(value[0]);
        } else if (key == "order") {
            const auto number = text::parse_number<double>(value);
            members_["order"] = number ? json::value(*number) : json::value(value);
        } else if (key == "label") {
            labels_.emplace_back(decoded(value));
        } else if (key == "notes") {
            members_["notes"] = decoded(value);
        } else {
            members_[key == "tz" ? "due_time_zone" : key == "rrule" ? "recurrence" : key] = value;
        }
    }

    std::string_view next() {
        const auto end = rest_.find(' ');
        const auto word = rest_.substr(0, end);
        ended_ = end == rest_.npos;
        rest_.remove_prefix(ended_ ? rest_.size() : end + 1);
        return word;
    }

    std::string_view rest_;
    bool ended_ = false;
    json::object members_;
    json::array labels_;
};

void read_line(std::string_view line, std::size_t number, bool too_long, std::vector<record>& out) {
    if (text::trim(line).empty()) return;
    record r{.line = number};
    if (too_long) {
        r.wrong.push_back({{}, errc::record_too_long});
    } else {
        r.members = line_reader(line).read();
    }
    out.push_back(std::move(r));
}

void append_date(std::string& out, ids::timestamp at) { append_to(out, due_date{at, true}); }

void append_title(std::string& out, std::string_view title) {
    while (true) {
        const auto end = std::min(title.find(' '), title.size());
        if (looks_special(title.substr(0, end))) out += '\\';
        out += title.substr(0, end);
        if (end == title.size()) return;
        out += ' ';
        title.remove_prefix(end + 1);
    }
}

void append_encoded(std::string& out, std::string_view text) {
    text::append_escaped(out, text, '%', [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

void append_label(std::string& out, const std::string& label) {
    if (label.find(' ') != label.npos) {
        append_encoded(out += " label:", label);
    } else {
        out.append(label.size() > 1 && label[0] == '+' ? " " : " @").append(label);
    }
}

}  // namespace

void todotxt_records::feed(std::string_view piece, std::vector<record>& out) {
    lines_.feed(piece, longest_record, [&out](auto... line) { read_line(line..., out); });
}

void todotxt_records::end(std::vector<record>& out) {
    lines_.end([&out](auto... line) { read_line(line..., out); });
}

void append_todotxt(std::string& out, const todo& t) {
    const auto& f = t.fields;
    constexpr std::string_view letters = "-CBA";
    const auto letter = letters[static_cast<std::size_t>(f.priority)];
    if (f.done) append_date(out += "x ", t.done_at.value_or(t.updated_at));
    if (f.done) out += ' ';
    if (!f.done && letter != '-') ((out += '(') += letter) += ") ";
    append_date(out, t.created_at);
    append_title(out += ' ', f.title);
    for (const auto& label : f.labels)
        append_label(out, label);
    if (f.due) append_to(out += " due:", *f.due);
    if (f.due_time_zone) (out += " tz:") += *f.due_time_zone;
    if (f.recurrence) (out += " rrule:") += *f.recurrence;
    if (f.done && letter != '-') (out += " pri:") += letter;
    if (f.order) append_order(out += " order:", *f.order);
    t.id.append_to(out += " id:");
    if (f.parent) f.parent->append_to(out += " parent:");
    if (!f.notes.empty()) append_encoded(out += " notes:", f.notes);
    out += '\n';
}

}  // namespace tidings::todo_be
