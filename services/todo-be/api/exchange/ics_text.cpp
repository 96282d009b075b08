#include "api/exchange/ics_text.hpp"

#include <algorithm>

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t longest_line = 75;

std::string in_capitals(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    return out;
}

bool is_name(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return text::is_letter_or_digit(c) || c == '-'; });
}

// Up to one of `ends` outside quotes; npos when there is none.
std::size_t end_of_value(std::string_view text, std::string_view ends) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (!quoted && ends.find(text[i]) != ends.npos) return i;
    }
    return text.npos;
}

// Cuts the first part of `list` off, without its comma.
std::string_view cut_part(std::string_view& list) {
    std::size_t end = 0;
    while (end < list.size() && list[end] != ',')
        end += list[end] == '\\' ? 2 : 1;
    const auto part = list.substr(0, std::min(end, list.size()));
    list.remove_prefix(std::min(end, list.size()));
    return part;
}

}  // namespace

std::string_view ics_line::param(std::string_view wanted) const {
    for (const auto& [given, text] : params)
        if (given == wanted) return text;
    return {};
}

std::optional<ics_line> parse_ics_line(std::string_view line) {
    auto end = line.find_first_of(";:");
    if (end == line.npos || !is_name(line.substr(0, end))) return std::nullopt;
    ics_line read{.name = in_capitals(line.substr(0, end))};
    while (line[end] == ';') {
        line.remove_prefix(end + 1);
        const auto equals = line.find('=');
        if (equals == line.npos || !is_name(line.substr(0, equals))) return std::nullopt;
        auto name = in_capitals(line.substr(0, equals));
        line.remove_prefix(equals + 1);
        end = end_of_value(line, ";:");
        if (end == line.npos) return std::nullopt;
        std::string value(line.substr(0, end));
        std::erase(value, '"');
        read.params.emplace_back(std::move(name), std::move(value));
    }
    read.value = line.substr(end + 1);
    return read;
}

std::string unescaped_ics(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char next = text[++i];
        out += next == 'n' || next == 'N' ? '\n' : next;
    }
    return out;
}

std::vector<std::string> ics_list(std::string_view text) {
    std::vector<std::string> parts{unescaped_ics(cut_part(text))};
    while (!text.empty()) {
        text.remove_prefix(1);
        parts.push_back(unescaped_ics(cut_part(text)));
    }
    return parts;
}

std::string escaped_ics(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\r') continue;
        if (c == '\\' || c == ';' || c == ',' || c == '\n') out += '\\';
        out += c == '\n' ? 'n' : c;
    }
    return out;
}

void append_ics_line(std::string& out, std::string_view line) {
    for (auto room = longest_line; line.size() > room; room = longest_line - 1) {
        auto end = room;
        while (end > 0 && text::is_continuation(line[end]))
            --end;
        if (end == 0) end = room;  // no UTF-8
        out.append(line.substr(0, end)).append("\r\n ");
        line.remove_prefix(end);
    }
    out.append(line).append("\r\n");
}

}  // namespace tidings::todo_be
