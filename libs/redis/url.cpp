#include "redis/url.hpp"

#include <boost/url/parse.hpp>

#include "text/decimal.hpp"

namespace tidings::redis {

namespace {

constexpr const char* form = "must be redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE], or rediss:// for TLS";
constexpr std::uint32_t most_databases = 16'384;

}  // namespace

boost::system::result<server_address, std::string> parse_url(std::string_view text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->has_query() || url->has_fragment()) return std::string(form);
    server_address a;
    a.tls = url->scheme() == "rediss";
    if ((!a.tls && url->scheme() != "redis") || url->encoded_host().empty()) return std::string(form);
    a.host = url->host_type() == boost::urls::host_type::ipv6 ? std::string(url->host_ipv6_address().to_string())
                                                              : url->host_address();
    if (const std::string_view port(url->port()); !port.empty()) {
        const auto number = text::parse_number<std::uint16_t>(port);
        if (!number || *number == 0) return std::string("the port must be a number from 1 to 65535");
        a.port = *number;
    }
    a.user = url->user();
    a.password = url->password();
    if (a.password.empty() && !a.user.empty())
        return std::string("a user without a password; of a password alone: redis://:PASSWORD@HOST");
    if (const auto path = url->path(); path.size() > 1) {
        const auto database = text::parse_number<std::uint32_t>(std::string_view(path).substr(1));
        if (!database || *database >= most_databases) return std::string("the database must be a number below 16384");
        a.database = *database;
    }
    return a;
}

}  // namespace tidings::redis
