#include "http/message/target.hpp"

#include <algorithm>

#include "http/message/host.hpp"

namespace tidings::http {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// What follows the lead byte of a UTF-8 sequence (RFC 3629): how many bytes, and the range of the first of them.
struct continuation {
    std::size_t count;
    unsigned char lowest, highest;
};

std::optional<continuation> after_lead(unsigned char lead) {
    if (lead < 0x80) return continuation{0, 0, 0};
    if (lead >= 0xC2 && lead <= 0xDF) return continuation{1, 0x80, 0xBF};
    if (lead == 0xE0) return continuation{2, 0xA0, 0xBF};
    if (lead == 0xED) return continuation{2, 0x80, 0x9F};  // no surrogates
    if (lead >= 0xE1 && lead <= 0xEF) return continuation{2, 0x80, 0xBF};
    if (lead == 0xF0) return continuation{3, 0x90, 0xBF};
    if (lead >= 0xF1 && lead <= 0xF3) return continuation{3, 0x80, 0xBF};
    if (lead == 0xF4) return continuation{3, 0x80, 0x8F};
    return std::nullopt;
}

bool is_utf8_without_nul(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const auto expected = after_lead(lead);
        if (!expected || lead == 0 || text.size() - i <= expected->count) return false;
        for (std::size_t k = 1; k <= expected->count; ++k) {
            const auto byte = static_cast<unsigned char>(text[i + k]);
            const bool first = k == 1;
            if (byte < (first ? expected->lowest : 0x80) || byte > (first ? expected->highest : 0xBF)) return false;
        }
        i += expected->count;
    }
    return true;
}

struct absolute_form {
    std::string_view authority;
    std::string_view rest;
};

// "HTTP://host:80/a?b" -> "host:80", "/a?b". Schemes have no case (RFC 3986, 3.1).
std::optional<absolute_form> cut_absolute(std::string_view target) {
    const auto colon = target.find("://");
    if (target.starts_with('/') || colon == std::string_view::npos) return std::nullopt;
    std::string scheme(target.substr(0, colon));
    for (char& c : scheme)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (scheme != "http" && scheme != "https") return std::nullopt;
    target.remove_prefix(colon + 3);
    const auto end = std::min(target.find_first_of("/?#"), target.size());
    return absolute_form{target.substr(0, end), target.substr(end)};
}

bool is_plain(char c, bool plus_is_space) {
    return c > ' ' && c != '%' && static_cast<unsigned char>(c) < 0x7F && !(plus_is_space && c == '+');
}

bool parse_query(request& r, std::string_view text) {
    while (!text.empty()) {
        const auto pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value) return false;
        r.query.emplace_back(std::move(*name), std::move(*value));
    }
    return true;
}

}  // namespace

std::string_view raw_path(std::string_view target) {
    if (const auto absolute = cut_absolute(target)) {
        target = absolute->rest;
        if (target.empty() || target.front() == '?') return "/";
    }
    return target.starts_with('/') ? target.substr(0, target.find('?')) : std::string_view{};
}

std::string_view host_of(const request& r) {
    const auto absolute = cut_absolute(r.target);
    return absolute ? absolute->authority : r.header("host");
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    const auto plain = [plus_is_space](char c) { return is_plain(c, plus_is_space); };
    if (std::all_of(text.begin(), text.end(), plain)) return std::string(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += plus_is_space && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = text.size() - i > 2 ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    if (!is_utf8_without_nul(out)) return std::nullopt;
    return out;
}

bool parse_target(request& r) {
    if (const auto absolute = cut_absolute(r.target); absolute && !is_host_value(absolute->authority)) return false;
    const auto raw = raw_path(r.target);
    auto path = percent_decode(raw);
    if (raw.empty() || !path) return false;
    r.path = std::move(*path);
    r.query.clear();
    const auto question = r.target.find('?');
    return question == std::string::npos || parse_query(r, std::string_view(r.target).substr(question + 1));
}

}  // namespace tidings::http
