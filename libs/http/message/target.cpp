#include "http/message/target.hpp"

#include <algorithm>
#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>

#include "http/message/host.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace tidings::http {

namespace {

struct absolute_form {
    std::string_view authority;
    std::string_view rest;
};

// "HTTP://host:80/a?b" -> "host:80", "/a?b". Schemes have no case (RFC 3986, 3.1).
std::optional<absolute_form> cut_absolute(std::string_view target) {
    const auto colon = target.find("://");
    if (target.starts_with('/') || colon == std::string_view::npos) return std::nullopt;
    const auto scheme = target.substr(0, colon);
    if (!text::iequals(scheme, "http") && !text::iequals(scheme, "https")) return std::nullopt;
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
    const auto encoded = boost::urls::make_pct_string_view(text);
    if (!encoded) return std::nullopt;
    boost::urls::encoding_opts how;
    how.space_as_plus = plus_is_space;
    auto out = encoded->decode(how);
    if (out.find('\0') != std::string::npos || !text::is_utf8(out)) return std::nullopt;
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
