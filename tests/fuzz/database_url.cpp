// DATABASE_URL: the settings for libpq, or why it is invalid.
#include "fuzz/fuzz.hpp"
#include "pg/conninfo.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    pg::connect_options options;
    options.conninfo = std::string(next_part(bytes, '\0'));
    try {
        auto words = pg::connection_keywords(options);
        const auto hosts = pg::split_list(words["host"]);
        require(!hosts.empty(), "a list has at least one element, be it empty");
        for (const auto& host : hosts)
            static_cast<void>(pg::needs_no_resolver(host));
        pg::set_addresses(words, std::vector<std::vector<std::string>>(hosts.size(), {"127.0.0.1", "::1"}));
    } catch (const pg::error& e) {
        require(!std::string_view(e.what()).empty(), "a refusal says why");
    }
}

}  // namespace tidings::fuzz
