// Which page of to-dos an export reads next. Pure.
#pragma once

#include <optional>
#include <vector>

#include "domain/list_query.hpp"
#include "domain/todo_store.hpp"

namespace tidings::todo_be {

// Without filters: pages of to-dos that are no subtasks, the oldest first, each followed by the subtasks of its to-dos,
// so that an import knows the parent of each. With filters: what the list has, in its order.
class export_walk {
  public:
    // `whole`: without filters.
    export_walk(list_query asked, bool whole);

    // What to read now; nothing at the end.
    std::optional<list_query> next() const;
    // That was the page.
    void read(const todo_page& page);

  private:
    list_query tops_;  // or all
    bool whole_;
    bool ended_ = false;
    std::optional<list_query> subtasks_;  // of the last page of tops_
};

}  // namespace tidings::todo_be
