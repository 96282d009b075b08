// To-dos on their way into a file: pages of the list, each written when the one before it has been sent.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/access/lasting_right.hpp"
#include "api/exchange/export_walk.hpp"
#include "api/exchange/file_writer.hpp"
#include "http/message/response.hpp"

namespace tidings::todo_be {

struct export_request {
    list_query query = {};
    file_format format = file_format::json;
    bool whole = true;  // without filters
};

// The filters and the order of the list; without an order the oldest comes first. Fails as read_list_query does.
result<export_request> read_filters(const std::vector<std::pair<std::string, std::string>>& query, violations& wrong);

inline constexpr std::size_t most_exports = 16;  // at once: each holds a page of up to 1 MB of text

// The first page is read before anything is answered: throws store_unavailable. Later a database that is away, or
// a right that ends, cuts the answer short. `store` and `json` must outlive the answer; `place` is free when it has
// ended.
runtime::task<http::stream> exported(todo_store& store, user_id by, lasting_right right, export_request asked,
                                     const todo_json& json, std::shared_ptr<void> place);

}  // namespace tidings::todo_be
