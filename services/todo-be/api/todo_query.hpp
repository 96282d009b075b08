// The query parameters of the list.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/todo_json.hpp"
#include "domain/list_query.hpp"

namespace tidings::todo_be {

struct listing {
    list_query query;
    bool total = false;  // how many there are is asked for
    shown_members shown = all_members();
};

// limit, cursor, done, parent, label, priority, due_after, due_before, updated_after, done_after, done_before, q, sort,
// total, fields: each optional, and at most once. A cursor goes on in its own order; a range is sorted by what it is
// of. Fails with query_invalid and `wrong` filled (at most twenty, and how many there are beside them), or with
// query_conflict when parameters do not go together.
result<listing> read_list_query(const std::vector<std::pair<std::string, std::string>>& query, violations& wrong);

// One text for each query that means the same, as it stands in a URL behind "limit=": "20", "20&done=true".
std::string canonical(const listing& l);

}  // namespace tidings::todo_be
