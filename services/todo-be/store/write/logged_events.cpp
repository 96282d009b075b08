#include "store/write/logged_events.hpp"

#include <string>

namespace tidings::todo_be {

std::vector<std::optional<std::int64_t>> seqs_of(std::span<const ids::uuid> todos, const pg::rows& logged) {
    std::vector<std::optional<std::int64_t>> seqs(todos.size());
    // Rows are nearly always returned in batch order: start searching after the previous match.
    std::size_t expected = 0;
    std::string id;
    for (std::size_t row = 0; row < logged.size(); ++row) {
        for (std::size_t tried = 0; tried < todos.size(); ++tried, ++expected) {
            const auto at = expected % todos.size();
            id.clear();
            todos[at].append_to(id);
            if (id != logged.text(row, 1)) continue;
            seqs[at] = logged.integer(row, 0);
            ++expected;
            break;
        }
    }
    return seqs;
}

}  // namespace tidings::todo_be
