#include "domain/todos_url.hpp"

#include <boost/url/parse.hpp>

namespace tidings::todo_cron {

result<std::string> todos_url(std::string_view backend_url) {
    const auto url = boost::urls::parse_uri(backend_url);
    if (!url) return errc::not_a_url;
    if (url->scheme_id() != boost::urls::scheme::http && url->scheme_id() != boost::urls::scheme::https)
        return errc::not_http;
    if (url->host().empty()) return errc::no_host;
    if (url->has_userinfo()) return errc::has_user_info;
    if (url->has_query() || url->has_fragment()) return errc::has_query;
    // Boost.URL 1.81 takes "http://host:x" for a host with the path "x".
    if (!url->encoded_path().empty() && !url->is_path_absolute()) return errc::not_a_url;
    std::string out(backend_url);
    while (out.ends_with('/'))
        out.pop_back();
    if (out.ends_with("/api/todos")) return out;
    return out + (out.ends_with("/api") ? "/todos" : "/api/todos");
}

}  // namespace tidings::todo_cron
