// The query of the broadcaster's lists: limit, endpoint and the cursor.
#include "api/records.hpp"
#include "fuzz/fuzz.hpp"
#include "http/target.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    if (const auto n = broadcaster::parse_sequence(bytes)) {
        require(*n > 0 && broadcaster::parse_sequence(std::to_string(*n)) == n, "sequences survive the way out and in");
    }
    http::request r;
    r.target = "/api/attempts?" + std::string(bytes);
    if (!http::parse_target(r)) return;
    const auto page = broadcaster::parse_page(r, "before");
    require(page || !page.error().message().empty(), "a refusal says why");
    if (page) require(page->limit >= 1 && page->limit <= 200, "a limit within its bounds");
}

}  // namespace tidings::fuzz
