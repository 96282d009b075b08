#include "api/exchange/export_walk.hpp"

#include <utility>

namespace tidings::todo_be {

namespace {

constexpr std::size_t rows_read = 500;

}  // namespace

export_walk::export_walk(list_query asked, bool whole) : tops_(std::move(asked)), whole_(whole) {
    tops_.limit = rows_read;
    tops_.top_level = whole;
}

std::optional<list_query> export_walk::next() const {
    if (subtasks_) return subtasks_;
    if (ended_) return std::nullopt;
    return tops_;
}

void export_walk::read(const todo_page& page) {
    if (subtasks_) {
        if (page.more) {
            subtasks_->after = position_of(page.items.back(), subtasks_->sort);
        } else {
            subtasks_.reset();
        }
        return;
    }
    ended_ = !page.more;
    if (page.more) tops_.after = position_of(page.items.back(), tops_.sort);
    list_query under{.limit = rows_read, .sort = {sort_key::created, false}};
    for (const auto& t : page.items)
        if (whole_ && t.adoptions > 0) under.parents.push_back(t.id);
    if (!under.parents.empty()) subtasks_ = std::move(under);
}

}  // namespace tidings::todo_be
