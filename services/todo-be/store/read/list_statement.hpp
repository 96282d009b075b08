// The SQL of a list: which to-dos, in which order, how many. Pure.
#pragma once

#include "domain/list_query.hpp"
#include "pg/parameters.hpp"
#include "pg/statement.hpp"

namespace tidings::todo_be {

struct list_statement {
    pg::statement sql;  // a separate text for each set of filters, so that each is planned for its index
    pg::parameters values;
};

// Selects one row more than the page size when there is a next page.
list_statement list_statement_of(const list_query& q);

// Counts them all, wherever a page begins.
list_statement count_statement_of(const list_query& q);

}  // namespace tidings::todo_be
