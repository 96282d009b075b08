// W3C Trace Context (https://www.w3.org/TR/trace-context/): the `traceparent` that follows one change through all
// services.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tidings {

// One span of one trace; by default none. A small value: copying it allocates nothing.
class trace_context {
  public:
    trace_context() = default;
    static trace_context start();
    // Nothing when the text is not a valid traceparent of version 00 (or a later one that begins the same way).
    static std::optional<trace_context> parse(std::string_view text);

    bool empty() const { return trace_id_.front() == '\0'; }
    std::string_view trace_id() const { return {trace_id_.data(), empty() ? 0 : trace_id_.size()}; }  // 32 hex digits
    std::string_view span_id() const { return {span_id_.data(), empty() ? 0 : span_id_.size()}; }     // 16 hex digits
    bool sampled() const { return sampled_; }

    // "00-<trace id>-<span id>-<01|00>"; "" for none.
    std::string header() const;
    // A new span of the same trace.
    trace_context child() const;

    bool operator==(const trace_context&) const = default;

  private:
    std::array<char, 32> trace_id_{};  // in lower case, not all '0'
    std::array<char, 16> span_id_{};
    bool sampled_ = true;
};

}  // namespace tidings
