// W3C Trace Context, as a client may send it.
#include "context/trace_context.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto c = trace_context::parse(bytes);
    if (!c) return;
    const auto again = trace_context::parse(c->header());
    require(again && *again == *c, "a context survives the way out and in");
    require(c->child().trace_id() == c->trace_id(), "a child is of the same trace");
}

}  // namespace tidings::fuzz
