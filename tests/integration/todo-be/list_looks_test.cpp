// Lists of words and labels, frequent and rare ones, of many to-dos: whichever look finds a page, it is the same one.
#include "shop.hpp"
#include "store/read/list_statement.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;

namespace {

// Each `word` is in one of `one_in`, and a label of its name is on one of as many; "past" is in old ones only. Some are
// written otherwise.
constexpr const char* fill = R"(
insert into todos (id, title, done, priority, labels, notes, version, created_at, updated_at, due, done_at)
select (lpad(to_hex(n), 12, '0') || '7000800000000' || lpad(to_hex(n), 7, '0'))::uuid,
  concat_ws(' ', 'title', case when n % 3 = 0 then 'often' end, case when n % 90 = 0 then 'SOME' when n % 45 = 0 then 'some' end,
            case when n % 151 = 0 then E'\u00e9t\u00e9 few' end, case when n % 5003 = 0 then 'rare' end,
            case when n < 4000 and n % 10 = 0 then 'past' end, case when n % 77 = 0 then E'\u212aelvin \u0130ron' end),
  n % 2 = 0, 'none',
  array_remove(array[case when n % 3 = 0 then 'often' end, case when n % 45 = 0 then 'some' end, case when n % 151 = 0 then 'few' end,
        case when n % 5003 = 0 then 'rare' end, case when n < 4000 and n % 10 = 0 then 'past' end], null),
  case when n % 4 = 0 then 'some notes of it' else '' end, 1, now(), now(), case when n % 7 < 5 then now() + n * interval '1 minute' end,
  case when n % 2 = 0 then now() end
from generate_series(1, 30000) n;
analyze todos; select 0)";

std::vector<list_query> queries() {
    std::vector<list_query> all;
    for (const auto* word : {"often", "some", "few", "rare", "past", "none", "kelvin", "iron", "title"}) {
        const list_position place{
            list_order{sort_key::created, true}, {}, {}, *ids::uuid::parse("00000000-5000-7000-8000-000000005000")};
        all.push_back({.search = word});
        all.push_back({.label = word});
        all.push_back({.limit = 200, .search = word});
        all.push_back({.after = place, .search = word});
        all.push_back({.done = true, .search = std::string("TITLE ") + word});
        all.push_back({.search = std::string("\"title often ") + word + "\""});
        all.push_back({.search = std::string(word) + " -often"});
        all.push_back({.label = "often", .search = word});
        all.push_back({.search = word, .sort = {sort_key::due, false}});
        all.push_back({.label = word, .sort = {sort_key::due, false}});
    }
    return all;
}

std::string ids_of(const pg::rows& found, std::size_t limit) {
    std::string ids;
    for (std::size_t i = 0; i < std::min(found.size(), limit); ++i)
        ids += std::string(found.text(i, 0)) + ' ';
    return ids;
}

std::string ids_of(const todo_page& page) {
    std::string ids;
    for (const auto& t : page.items)
        ids += t.id.str() + ' ';
    return ids;
}

runtime::task<> check_pages(shop& s) {
    const auto connection = co_await pg::connection::open(s.b.ctx, s.b.connect);
    co_await connection->execute(fill);
    for (const auto& q : queries()) {
        INFO(q.search.value_or("") << " label " << q.label.value_or("") << " limit " << q.limit);
        auto all = list_statement_of(q);
        const pg::statement ids("ids", "select id::text from (" + all.sql.sql() + ") as page");
        const auto found = co_await connection->query(ids, all.values);
        const auto page = co_await s.store.list(default_user, q);
        CHECK(ids_of(page) == ids_of(found, q.limit));
        CHECK(page.more == (found.size() > q.limit));
    }
}

}  // namespace

TEST_CASE("a page of words or of a label is the same whichever look finds it") {
    shop s;
    s.run(check_pages);
}
