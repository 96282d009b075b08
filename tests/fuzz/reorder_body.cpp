// The body of a move: what is moved is there once, and not beside itself.
#include "api/reorder_body.hpp"

#include <algorithm>

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    todo_be::violations wrong;
    const auto m = todo_be::read_move(bytes, wrong);
    require(m || !m.error().message().empty(), "a refusal says why");
    require(!m || wrong.empty(), "what is wrong is refused");
    for (const auto& w : wrong)
        require(!std::string_view(todo_be::describe(w.why)).empty(), "each mistake has a reason");
    if (!m) return;
    auto moved = m->moved;
    require(!moved.empty() && moved.size() <= todo_be::most_moved, "a move keeps its bounds");
    if (m->beside) moved.push_back(*m->beside);
    std::sort(moved.begin(), moved.end());
    require(std::adjacent_find(moved.begin(), moved.end()) == moved.end(), "nothing is there twice");
}

}  // namespace tidings::fuzz
