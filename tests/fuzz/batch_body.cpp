// The body of a batch: each operation is in its set, or has a reason why not.
#include "api/batch_body.hpp"

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    todo_be::violations wrong;
    const auto b = todo_be::read_batch(bytes, wrong);
    require(b || !b.error().message().empty(), "a refusal says why");
    require(!b || wrong.empty(), "what is wrong is refused");
    for (const auto& w : wrong)
        require(!std::string_view(todo_be::describe(w.why)).empty(), "each mistake has a reason");
    if (!b) return;
    std::size_t formed = 0;
    for (const auto& o : b->operations) {
        require(o.why.failed() == !o.wrong.empty(), "an operation that is refused has a reason");
        formed += o.why.failed() ? 0 : 1;
    }
    require(formed == b->writes.size(), "an operation that is not refused is in the set");
    require(!b->atomic || formed == b->operations.size(), "an atomic batch has all of its operations");
    require(b->operations.size() <= todo_be::most_writes_in_set, "a batch keeps its bounds");
}

}  // namespace tidings::fuzz
