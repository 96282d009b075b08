#include "observe/log_line.hpp"

#include <cmath>

#include "observe/log_quote.hpp"
#include "text/decimal.hpp"

namespace tidings::log {

namespace {

void put_digits(char* at, unsigned width, unsigned value) {
    for (; width > 0; value /= 10)
        at[--width] = static_cast<char>('0' + value % 10);
}

void append_date(std::string& out, std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    char text[] = "0000-00-00T";
    put_digits(text, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put_digits(text + 5, 2, static_cast<unsigned>(date.month()));
    put_digits(text + 8, 2, static_cast<unsigned>(date.day()));
    out.append(text, sizeof text - 1);
}

void append_clock(std::string& out, std::chrono::microseconds since_midnight) {
    const std::chrono::hh_mm_ss clock(since_midnight);
    char text[] = "00:00:00.000000";
    put_digits(text, 2, static_cast<unsigned>(clock.hours().count()));
    put_digits(text + 3, 2, static_cast<unsigned>(clock.minutes().count()));
    put_digits(text + 6, 2, static_cast<unsigned>(clock.seconds().count()));
    put_digits(text + 9, 6, static_cast<unsigned>(clock.subseconds().count()));
    out.append(text, sizeof text - 1);
}

// Numbers and booleans look the same for machines and for people; only text differs.
struct value_writer {
    std::string& out;
    void (*append_string)(std::string&, std::string_view);

    void operator()(std::string_view v) const { append_string(out, v); }
    void operator()(std::int64_t v) const { text::append_number(out, v); }
    void operator()(std::uint64_t v) const { text::append_number(out, v); }
    void operator()(bool v) const { out += v ? "true" : "false"; }
    void operator()(double v) const {
        if (!std::isfinite(v)) {
            out += "null";  // JSON has no infinity
            return;
        }
        text::append_number(out, v);
    }
};

}  // namespace

std::string_view to_string(level l) {
    switch (l) {
        case level::debug:
            return "debug";
        case level::info:
            return "info";
        case level::warn:
            return "warn";
        case level::error:
            return "error";
    }
    return "error";
}

void append_json(std::string& out, const line& l) {
    const auto day = std::chrono::floor<std::chrono::days>(l.time);
    out += R"({"time":")";
    append_date(out, day);
    append_clock(out, l.time - day);
    out += R"(Z","level":")";
    out += to_string(l.level);
    out += R"(","service":)";
    append_quoted(out, l.service);
    out += R"(,"msg":)";
    append_quoted(out, l.message);
    for (const field& f : l.fields) {
        out += ',';
        append_quoted(out, f.name);
        out += ':';
        std::visit(value_writer{out, append_quoted}, f.value);
    }
    out += "}\n";
}

void append_text(std::string& out, const line& l) {
    append_clock(out, l.time - std::chrono::floor<std::chrono::days>(l.time));
    out += ' ';
    const std::string_view level = to_string(l.level);
    out += level;
    out.append(6 - level.size(), ' ');
    const std::size_t start = out.size();
    append_quoted(out, l.message);
    // A message is a sentence: it needs the escapes, but not the quotes.
    out.erase(start, 1);
    out.pop_back();
    for (const field& f : l.fields) {
        out += ' ';
        append_word(out, f.name);
        out += '=';
        std::visit(value_writer{out, append_word}, f.value);
    }
    out += '\n';
}

}  // namespace tidings::log
