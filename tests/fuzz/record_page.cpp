// The query of the broadcaster's lists: limit, endpoint and the cursors.
#include "api/page.hpp"
#include "fuzz/fuzz.hpp"
#include "http/message/target.hpp"

namespace tidings::fuzz {

namespace {

void check_list(http::request& r, broadcaster::list l) {
    std::vector<http::field_error> wrong;
    const auto page = broadcaster::read_page(r, l, wrong);
    require(wrong.size() <= 20, "not every wrong parameter is told");
    for (const auto& w : wrong)
        require(!w.detail.empty(), "a refusal says why");
    if (wrong.empty()) require(page.limit >= 1 && page.limit <= 200, "a limit within its bounds");
    if (!wrong.empty() || l != broadcaster::list::attempts) return;
    http::request same;
    same.target = "/?before=" + broadcaster::to_string(page.before);
    require(http::parse_target(same), "a cursor is a query");
    const auto again = broadcaster::read_page(same, l, wrong);
    require(wrong.empty() && again.before.batch == page.before.batch && again.before.record == page.before.record,
            "a cursor survives the way out and in");
}

}  // namespace

void check(std::string_view bytes) {
    if (const auto n = broadcaster::read_sequence(bytes)) {
        require(*n > 0 && broadcaster::read_sequence(std::to_string(*n)) == n, "sequences survive the way out and in");
    }
    http::request r;
    r.target = "/api/attempts?" + std::string(bytes);
    if (!http::parse_target(r)) return;
    check_list(r, broadcaster::list::attempts);
    check_list(r, broadcaster::list::dead_letters);
}

}  // namespace tidings::fuzz
