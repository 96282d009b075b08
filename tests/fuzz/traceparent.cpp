// W3C Trace Context, as a client may send it.
#include "fuzz/fuzz.hpp"
#include "observe/trace_context.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto c = observe::trace_context::parse(bytes);
    if (!c) return;
    const auto again = observe::trace_context::parse(c->header());
    require(again && again->trace_id == c->trace_id && again->parent_id == c->parent_id && again->sampled == c->sampled,
            "a context survives the way out and in");
    require(c->child().trace_id == c->trace_id, "a child is of the same trace");
}

}  // namespace tidings::fuzz
