#include "domain/article_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

namespace tidings::todo_cron {

namespace {

namespace urls = boost::urls;

constexpr std::size_t longest_location = 2048;

std::string ascii_form(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out.append({'%', digits[byte >> 4], digits[byte & 0xF]});
        }
    }
    return out;
}

}  // namespace

result<std::string> article_url(std::string_view page, std::string_view location) {
    if (location.empty()) return errc::location_missing;
    if (location.size() > longest_location) return errc::location_too_long;
    const std::string text = ascii_form(location);
    const auto base = urls::parse_uri(page);
    const auto reference = urls::parse_uri_reference(text);
    if (!base || !reference) return errc::not_a_url;
    urls::url whole;
    if (!urls::resolve(*base, *reference, whole)) return errc::not_a_url;
    if (whole.scheme_id() != urls::scheme::http && whole.scheme_id() != urls::scheme::https) return errc::not_http;
    if (whole.host().empty()) return errc::no_host;
    if (whole.has_userinfo()) return errc::has_user_info;
    // Boost.URL 1.81 takes "https://host:x/" for a host with the path "x/".
    if (!whole.encoded_path().empty() && !whole.is_path_absolute()) return errc::not_a_url;
    return std::string(whole.buffer());
}

bool same_page(std::string_view one, std::string_view other) {
    const auto a = urls::parse_uri(one);
    const auto b = urls::parse_uri(other);
    return a && b && a->encoded_path() == b->encoded_path() && a->encoded_query() == b->encoded_query();
}

}  // namespace tidings::todo_cron
