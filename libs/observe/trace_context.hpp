// W3C Trace Context (https://www.w3.org/TR/trace-context/): the `traceparent` that follows one change through all
// services.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidings::observe {

struct trace_context {
    std::string trace_id;   // 32 lower-case hex digits, not all zero
    std::string parent_id;  // 16 lower-case hex digits, not all zero
    bool sampled = true;

    // "00-<trace_id>-<parent_id>-<01|00>"
    std::string header() const;
    // The same trace, a new parent id: what to send onwards.
    trace_context child() const;

    static trace_context start();
    // Nothing when the text is not a valid traceparent of version 00 (or a later one that begins the same way).
    static std::optional<trace_context> parse(std::string_view text);
};

}  // namespace tidings::observe
