#include "store/write/settle.hpp"

#include <algorithm>

namespace tidings::todo_be {

void note_places(std::span<queued_write* const> batch, const pg::rows& logged) {
    // The rows come back in the order of the batch, though nobody promises it: start looking where the last one was.
    std::size_t expected = 0;
    std::string id;
    for (std::size_t row = 0; row < logged.size(); ++row) {
        for (std::size_t tried = 0; tried < batch.size(); ++tried, ++expected) {
            auto& w = *batch[expected % batch.size()];
            id.clear();
            w.id.append_to(id);
            if (id != logged.text(row, 1)) continue;
            w.seq = logged.integer(row, 0);
            ++expected;
            break;
        }
    }
}

}  // namespace tidings::todo_be
