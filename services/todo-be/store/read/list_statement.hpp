// The SQL of a list: which to-dos, in which order, how many. Pure.
#pragma once

#include <algorithm>
#include <vector>

#include "domain/list_query.hpp"
#include "pg/parameters.hpp"
#include "pg/statement.hpp"

namespace tidings::todo_be {

// Whose to-dos. `alone`: no others' are there, or few, so that an index of all is as good as one of the owner's.
struct whose {
    user_id owner = default_user;
    bool alone = true;
};

struct list_statement {
    pg::statement sql;  // a separate text for each set of filters, so that each is planned for its index
    pg::parameters values;
};

// Selects one row more than the page size when there is a next page.
list_statement list_statement_of(const list_query& q, const whose& w = {});

// Of a list of words or of a label, the same page as far as it is among the next so many rows without them: quick where
// these are frequent, for which list_statement_of() finds all that have them.
list_statement nearby_statement_of(const list_query& q, std::size_t rows, const whose& w = {});

// How far to look first: a page of what one in fifty has is there.
constexpr std::size_t nearby(std::size_t limit) {
    std::size_t n = 1'000;
    while (n < 8 * (limit + 1))
        n *= 2;  // few: each is a text of its own
    return n;
}
// How far to look then, if so many were found.
constexpr std::size_t farther(std::size_t limit) { return std::min<std::size_t>(16 * nearby(limit), 32'000); }
constexpr bool is_worth_looking_farther(std::size_t found, std::size_t limit) {
    return found <= limit && found * farther(limit) > limit * nearby(limit);
}

// The same page, of ids and orders, which read_placed() reads.
list_statement orders_statement_of(const list_query& q, const whose& w = {});
// Those of the given to-dos, as far as they are there.
list_statement orders_statement_of(const std::vector<ids::uuid>& todos, const whose& w = {});

// Counts them all, wherever a page begins.
list_statement count_statement_of(const list_query& q, const whose& w = {});

}  // namespace tidings::todo_be
