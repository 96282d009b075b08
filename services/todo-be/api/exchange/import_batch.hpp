// Which rows of a file go into one commit, and which new id each id of the file has got. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/exchange/import_file.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t most_parents_known = 10'000;

class import_batch {
  public:
    // Whether what waits has to be written before that row can join it: it would be too much for one commit, or the row
    // is a subtask of a to-do that has no id of ours yet.
    bool is_full_for(const import_row& row) const;
    void add(import_row row);

    const std::vector<import_row>& rows() const { return rows_; }
    bool empty() const { return rows_.empty(); }
    // Whether a to-do of the file with this id can have subtasks. Those that came before the last 10,000 are forgotten.
    bool knows(const ids::uuid& id) const { return known_.contains(id); }
    // The rows from `begin` to `end`, to be written: each under the new id of its parent if it is known, else under the
    // one that it names.
    write_set writes(std::size_t begin, std::size_t end) const;
    // The same rows as they are in the file.
    std::string text(std::size_t begin, std::size_t end) const;

    // All rows are settled: `ids` has one for each that was created. The next batch begins.
    void settle(const std::vector<std::optional<ids::uuid>>& ids);

  private:
    struct id_hash {
        std::size_t operator()(const ids::uuid& id) const;
    };
    void remember(const ids::uuid& in_file, const ids::uuid& made);

    std::vector<import_row> rows_;
    std::size_t bytes_ = 0;
    std::set<ids::uuid> waiting_;  // ids in the file of those rows
    std::set<ids::uuid> parents_;  // of those rows
    std::unordered_map<ids::uuid, ids::uuid, id_hash> known_;
    std::deque<ids::uuid> order_;  // of known_, the oldest first
};

}  // namespace tidings::todo_be
