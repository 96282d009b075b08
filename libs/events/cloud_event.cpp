#include "events/cloud_event.hpp"

#include <charconv>

#include "text/json_string.hpp"

namespace tidings::events {

namespace {

void append_attribute(std::string& out, std::string_view prefix, std::string_view value) {
    out += prefix;
    text::append_json_string(out, value);
}

void append_sequence(std::string& out, std::uint64_t sequence) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, sequence).ptr;
    const auto count = static_cast<std::size_t>(end - digits);
    out.append(sizeof digits - count, '0');
    out.append(digits, count);
}

}  // namespace

std::string to_json(const cloud_event& e) {
    std::string out;
    out.reserve(320 + e.data.size() + e.id.size() + e.source.size() + e.type.size() + e.subject.size() +
                e.partitionkey.size() + e.traceparent.size());
    append_attribute(out, R"({"specversion":"1.0","id":)", e.id);
    append_attribute(out, R"(,"source":)", e.source);
    append_attribute(out, R"(,"type":)", e.type);
    append_attribute(out, R"(,"subject":)", e.subject);
    out += R"(,"time":")";
    ids::append_to(out, e.time);
    append_attribute(out, R"(","partitionkey":)", e.partitionkey);
    out += R"(,"sequence":")";
    append_sequence(out, e.sequence);
    out += '"';
    if (!e.traceparent.empty()) append_attribute(out, R"(,"traceparent":)", e.traceparent);
    out += R"(,"datacontenttype":"application/json","data":)";
    out += e.data;
    out += '}';
    return out;
}

}  // namespace tidings::events
