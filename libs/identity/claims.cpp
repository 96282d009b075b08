#include "identity/claims.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "identity/json_object.hpp"

namespace tidings::identity {

namespace json = boost::json;
using boost::system::result;
using std::chrono::system_clock;

namespace {

// So that a time fits the clock, which counts nanoseconds in 64 bits: until the year 2255.
constexpr double latest = 9e9;

bool is_plain(std::string_view text) {
    return !text.empty() && text.size() <= longest_subject &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// A NumericDate: seconds, perhaps with a fraction. Nothing when it is no number that can be a time.
std::optional<system_clock::time_point> time_of(const json::value& v) {
    json::error_code failure;
    const auto seconds = v.is_number() ? v.to_number<double>(failure) : -1.0;
    if (failure || !(seconds >= 0)) return std::nullopt;
    return system_clock::time_point(
        std::chrono::seconds(static_cast<std::int64_t>(std::floor(std::min(seconds, latest)))));
}

result<void> check_times(const json::object& claims, const expectations& expected, system_clock::time_point now) {
    const auto* const exp = claims.if_contains("exp");
    const auto end = exp != nullptr ? time_of(*exp) : std::nullopt;
    if (!end) return errc::claims_wrong;
    if (now >= *end + expected.skew) return errc::expired;
    for (const auto* name : {"nbf", "iat"}) {
        const auto* const claim = claims.if_contains(name);
        if (claim == nullptr) continue;
        const auto begin = time_of(*claim);
        if (!begin) return errc::claims_wrong;
        if (now < *begin - expected.skew) return errc::not_yet_valid;
    }
    return {};
}

bool names(const json::value* audience, std::string_view ours) {
    if (audience == nullptr) return false;
    const auto is_ours = [ours](const json::value& v) {
        return v.is_string() && std::string_view(v.get_string()) == ours;
    };
    return audience->is_array() ? std::ranges::any_of(audience->get_array(), is_ours) : is_ours(*audience);
}

void add_words(std::string_view text, std::set<std::string>& words) {
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0) words.emplace(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// A claim that names none, or is not understood, may not be passed over: without scopes a token is not limited.
result<std::set<std::string>> read_scopes(const json::object& claims) {
    std::set<std::string> scopes;
    for (const auto* name : {"scope", "scp"}) {
        const auto* const claim = claims.if_contains(name);
        if (claim == nullptr) continue;
        const json::array one{*claim};
        for (const auto& part : claim->is_array() ? claim->get_array() : one) {
            if (!part.is_string()) return errc::claims_wrong;
            add_words(std::string_view(part.get_string()), scopes);
        }
        if (scopes.empty()) return errc::claims_wrong;
    }
    return scopes;
}

std::string name_in(const json::object& claims) {
    for (const auto* claim : {"name", "preferred_username"})
        if (const auto name = text_of(claims, claim); name && is_plain(*name)) return std::string(*name);
    return {};
}

}  // namespace

result<principal> read_claims(const json::object& claims, const expectations& expected, system_clock::time_point now) {
    if (text_of(claims, "iss") != std::string_view(expected.issuer)) return errc::issuer_wrong;
    if (!names(claims.if_contains("aud"), expected.audience)) return errc::audience_wrong;
    if (const auto timely = check_times(claims, expected, now); timely.has_error()) return timely.error();
    const auto subject = text_of(claims, "sub");
    if (!subject || !is_plain(*subject)) return errc::claims_wrong;
    auto scopes = read_scopes(claims);
    if (scopes.has_error()) return scopes.error();
    return principal{.issuer = expected.issuer,
                     .subject = std::string(*subject),
                     .name = name_in(claims),
                     .scopes = std::move(*scopes),
                     .expires = *time_of(claims.at("exp"))};
}

}  // namespace tidings::identity
