#include "http/message/coding.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "http/message/field_text.hpp"
#include "text/ascii.hpp"

namespace tidings::http {

namespace {

struct weighted {
    std::string_view name;  // "gzip"
    int weight = 1000;      // thousandths
};

// qvalue: 0 to 1 with at most three decimals.
std::optional<int> weight_of(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = (text[0] - '0') * 1000;
    int place = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (c < '0' || c > '9') return std::nullopt;
        weight += (c - '0') * place;
        place /= 10;
    }
    return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

// ";name=value" or ";name": only `q` counts.
bool take_parameter(std::string_view& text, weighted& of) {
    text.remove_prefix(1);
    skip_space(text);
    const auto name = take_token(text);
    if (!text.starts_with('=')) return true;
    text.remove_prefix(1);
    if (text.starts_with('"')) return take_quoted(text).has_value();
    const auto value = take_token(text);
    if (!text::iequals(name, "q")) return true;
    const auto weight = weight_of(value);
    of.weight = weight.value_or(0);
    return weight.has_value();
}

std::optional<weighted> take_element(std::string_view& text) {
    weighted found{.name = take_token(text)};
    for (skip_space(text); text.starts_with(';'); skip_space(text))
        if (!take_parameter(text, found)) return std::nullopt;
    return found;
}

// Empty when the list is malformed, too.
std::vector<weighted> parse(std::string_view list) {
    std::vector<weighted> all;
    for (skip_space(list); !list.empty(); skip_space(list)) {
        if (!list.starts_with(',')) {
            const auto element = take_element(list);
            if (!element || element->name.empty() || (!list.empty() && !list.starts_with(','))) return {};
            all.push_back(*element);
        }
        if (!list.empty()) list.remove_prefix(1);
    }
    return all;
}

std::optional<int> weight_of(const std::vector<weighted>& all, std::string_view name) {
    for (const auto& w : all)
        if (text::iequals(w.name, name)) return w.weight;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(coding c) { return c == coding::gzip ? "gzip" : c == coding::zstd ? "zstd" : "identity"; }

coding choose_coding(std::string_view accept_encoding, bool worthwhile) {
    if (accept_encoding.empty() || (!worthwhile && accept_encoding.find(';') == accept_encoding.npos))
        return coding::identity;
    const auto all = parse(accept_encoding);
    const auto others = weight_of(all, "*");
    const auto identity = weight_of(all, "identity");
    // What is not named is taken as well, but no client asks for it (12.5.3).
    const bool refuses_identity = identity.value_or(others.value_or(1)) == 0;
    if (!worthwhile && !refuses_identity) return coding::identity;
    const int zstd = weight_of(all, "zstd").value_or(0);
    const int gzip =
        std::max(weight_of(all, "gzip").value_or(others.value_or(0)), weight_of(all, "x-gzip").value_or(0));
    const int best = std::max(zstd, gzip);
    if (best == 0 || identity.value_or(0) > best) return coding::identity;
    return zstd == best ? coding::zstd : coding::gzip;
}

}  // namespace tidings::http
