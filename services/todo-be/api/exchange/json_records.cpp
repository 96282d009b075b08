#include "api/exchange/json_records.hpp"

#include <utility>

#include "api/json_document.hpp"

namespace tidings::todo_be {

namespace {

bool is_between(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '[' || c == ']'; }

record read(std::string_view text, std::size_t line) {
    record r{.line = line};
    auto document = read_document(text, {}, r.wrong);
    if (!document) return r;
    if (document->is_object()) {
        r.members = std::move(document->get_object());
    } else {
        r.wrong.push_back({{}, errc::body_not_object});
    }
    return r;
}

}  // namespace

void json_records::feed(std::string_view piece, std::vector<record>& out) {
    for (const char c : piece) {
        take(c, out);
        if (c == '\n') ++line_;
    }
}

// A line break within a string is wrong in JSON, and so is the value: it ends there, and what follows is read anew.
void json_records::take(char c, std::vector<record>& out) {
    if (!in_value_) return take_outside(c);
    const bool broken_off = c == '\n' && (in_string_ || too_long_ || lines_);
    const bool scalar_ends = depth_ == 0 && !in_string_ && is_between(c);
    if (broken_off || scalar_ends) return finish(out);
    if (text_.size() == longest_record) too_long_ = true;
    if (!too_long_) text_ += c;  // but where it ends is looked for
    if (in_string_) {
        if (c == '"' && !escaped_) in_string_ = false;
        escaped_ = c == '\\' && !escaped_;
    } else if (c == '"') {
        in_string_ = true;
    } else if (c == '{' || c == '[') {
        ++depth_;
    } else if (c == '}' || c == ']') {
        if (depth_ > 0) --depth_;
        if (depth_ == 0) finish(out);
    }
}

void json_records::take_outside(char c) {
    if (is_between(c)) return;
    in_value_ = true;
    begin_ = line_;
    text_ += c;
    if (c == '{') depth_ = 1;
    if (c == '"') in_string_ = true;
}

void json_records::finish(std::vector<record>& out) {
    if (too_long_) {
        out.push_back({.line = begin_, .wrong = {{{}, errc::record_too_long}}});
    } else {
        out.push_back(read(text_, begin_));
    }
    text_.clear();
    depth_ = 0;
    in_value_ = in_string_ = escaped_ = too_long_ = false;
}

void json_records::end(std::vector<record>& out) {
    if (in_value_) finish(out);
}

}  // namespace tidings::todo_be
