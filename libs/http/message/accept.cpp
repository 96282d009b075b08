#include "http/message/accept.hpp"

#include <algorithm>
#include <string>

#include "text/ascii.hpp"

namespace tidings::http {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// The text before `end`, which is removed from `rest`.
std::string_view cut_off(std::string_view& rest, char end) {
    const auto part = rest.substr(0, rest.find(end));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return trimmed(part);
}

// "0.8" -> 800, "1" -> 1000; what is no quality counts as none.
unsigned quality_of(std::string_view text) {
    unsigned quality = 0;
    unsigned digit = 1'000;
    for (const char c : text) {
        if (c == '.') continue;
        if (c < '0' || c > '9' || digit == 0) return 0;
        quality += static_cast<unsigned>(c - '0') * digit;
        digit /= 10;
    }
    return std::min(quality, 1'000U);
}

struct range {
    unsigned specific = 0;  // 0: does not fit; 1: */*, 2: text/*, 3: the type itself
    unsigned quality = 1'000;
};

range fit(std::string_view item, std::string_view type) {
    range found;
    const auto name = cut_off(item, ';');
    const auto main = type.substr(0, type.find('/') + 1);
    if (text::iequals(name, type)) found.specific = 3;
    if (name.ends_with("/*") && text::iequals(name.substr(0, name.size() - 1), main)) found.specific = 2;
    if (name == "*/*") found.specific = 1;
    while (!item.empty()) {
        auto parameter = cut_off(item, ';');
        if (text::iequals(cut_off(parameter, '='), "q")) found.quality = quality_of(trimmed(parameter));
    }
    return found;
}

unsigned quality_for(std::string_view accept, std::string_view type) {
    range best{0, 0};
    while (!accept.empty()) {
        const auto one = fit(cut_off(accept, ','), type);
        if (one.specific > best.specific) best = one;
    }
    return best.quality;
}

}  // namespace

std::optional<std::size_t> preferred(std::string_view accept, std::span<const std::string_view> offered) {
    if (trimmed(accept).empty()) return 0;
    std::optional<std::size_t> best;
    unsigned best_quality = 0;
    for (std::size_t i = 0; i < offered.size(); ++i) {
        const auto quality = quality_for(accept, offered[i]);
        if (quality <= best_quality) continue;
        best_quality = quality;
        best = i;
    }
    return best;
}

}  // namespace tidings::http
