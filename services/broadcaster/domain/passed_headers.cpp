#include "domain/passed_headers.hpp"

#include <algorithm>

#include "context/trace_context.hpp"
#include "text/ascii.hpp"
#include "text/escape.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most = 4'096;
constexpr std::size_t longest_value = 1'024;
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_tracestate = 512;

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }
bool is_of_value(char c) { return is_visible(c) || c == ' '; }
// CloudEvents: names of attributes are lower-case letters and digits. HTTP does not tell the cases apart.
bool is_of_attribute(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

class writer {
  public:
    void add(std::string_view name, std::string_view value) {
        const bool fits = !value.empty() && value.size() <= longest_value &&
                          out_.size() + name.size() + value.size() + std::string_view("\r\n: ").size() <= most;
        if (fits && std::ranges::all_of(value, is_of_value))
            out_.append("\r\n").append(name).append(": ").append(value);
    }
    bool full() const { return out_.size() + std::string_view("\r\nce-a: 1").size() > most; }
    bool has(std::string_view name) const {
        return out_.find(std::string("\r\n").append(name).append(": ")) != out_.npos;
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

void add_trace(writer& w, std::string_view parent, std::string_view state) {
    const auto trace = trace_context::parse(parent);
    if (!trace) return;
    w.add("traceparent", trace->header());
    if (state.size() <= longest_tracestate) w.add("tracestate", state);
}

}  // namespace

std::string passed_headers(std::string_view subject, std::string_view content_type,
                           std::span<const std::pair<std::string_view, std::string_view>> of_message) {
    writer w;
    std::string encoded;
    text::append_escaped(encoded, subject, '%', is_visible);
    w.add("Nats-Subject", encoded);
    const auto first = [&](std::string_view name) {
        const auto it = std::ranges::find_if(of_message, [&](const auto& h) { return text::iequals(h.first, name); });
        return it == of_message.end() ? std::string_view() : it->second;
    };
    add_trace(w, first("traceparent"), first("tracestate"));
    if (text::istarts_with(content_type, "application/cloudevents")) return w.take();
    for (const auto& [given, value] : of_message) {
        if (w.full()) break;
        if (!text::istarts_with(given, "ce-") || given.size() > longest_name) continue;
        const auto name = text::lowered(given);
        const auto attribute = std::string_view(name).substr(3);
        if (attribute.empty() || !std::ranges::all_of(attribute, is_of_attribute)) continue;
        if (attribute != "datacontenttype" && !w.has(name)) w.add(name, value);  // that is Content-Type
    }
    return w.take();
}

}  // namespace tidings::broadcaster
