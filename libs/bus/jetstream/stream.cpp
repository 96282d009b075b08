#include "bus/jetstream/stream.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "bus/jetstream/json_fields.hpp"
#include "bus/jetstream/subject_cover.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

std::int64_t nanoseconds(std::chrono::nanoseconds d) { return d.count(); }

// The server refuses a window longer than the retention.
std::chrono::seconds window_of(const stream_config& c) {
    return c.max_age.count() > 0 ? std::min(c.duplicate_window, c.max_age) : c.duplicate_window;
}

json::array array_of(const std::vector<std::string>& texts) {
    json::array a;
    for (const auto& text : texts)
        a.emplace_back(text);
    return a;
}

// Of two limits where `none` (0 or -1) means unlimited, the wider one.
std::int64_t wider(std::int64_t a, std::int64_t b, bool zero_is_unlimited) {
    const auto unlimited = [&](std::int64_t x) { return x < 0 || (zero_is_unlimited && x == 0); };
    if (unlimited(a)) return a;
    return unlimited(b) ? b : std::max(a, b);
}

void set(json::object& o, std::string_view key, json::value v, bool& changed) {
    auto& field = o[key];
    if (field == v) return;  // by value: numbers that are read back may be unsigned where ours are signed
    field = std::move(v);
    changed = true;
}

bool widen(json::object& config, const stream_config& wanted) {
    bool changed = false;
    auto subjects = texts_of(config, "subjects");
    const auto had = subjects.size();
    for (const auto& subject : wanted.subjects) {
        const auto covers = [&](const std::string& known) { return subject_covers(known, subject); };
        if (std::any_of(subjects.begin(), subjects.end(), covers)) continue;
        // The server refuses subjects of one stream that overlap.
        std::erase_if(subjects, [&](const std::string& known) { return subject_covers(subject, known); });
        subjects.push_back(subject);
        changed = true;
    }
    if (changed || subjects.size() != had) config["subjects"] = array_of(subjects);
    const auto widen_limit = [&](std::string_view key, std::int64_t limit, bool zero_is_unlimited) {
        set(config, key, wider(number_of<std::int64_t>(config, key), limit, zero_is_unlimited), changed);
    };
    widen_limit("max_age", nanoseconds(wanted.max_age), true);
    if (!wanted.keep_max_bytes) widen_limit("max_bytes", wanted.max_bytes, false);
    if (wanted.discard_new) set(config, "discard", "new", changed);
    widen_limit("max_msgs_per_subject", wanted.max_messages_per_subject, true);
    widen_limit("duplicate_window", nanoseconds(window_of(wanted)), false);
    return changed;
}

bool has_other_subjects(const json::object& config) {
    for (const auto* key : {"mirror", "sources", "subject_transform"})
        if (const auto* v = config.if_contains(key); v != nullptr && !v->is_null()) return true;
    return false;
}

}  // namespace

json::object stream_json(const stream_config& c) {
    return {{"name", c.name},
            {"subjects", array_of(c.subjects)},
            {"retention", "limits"},
            {"storage", "file"},
            {"discard", c.discard_new ? "new" : "old"},
            {"max_consumers", -1},
            {"max_msgs", -1},
            {"max_msg_size", -1},
            {"max_age", nanoseconds(c.max_age)},
            {"max_bytes", c.max_bytes},
            {"max_msgs_per_subject", c.max_messages_per_subject},
            {"duplicate_window", nanoseconds(window_of(c))},
            {"num_replicas", c.replicas},
            {"allow_direct", c.allow_direct}};
}

std::optional<json::object> stream_update(const json::object& existing, const stream_config& wanted) {
    json::object config = existing;
    return widen(config, wanted) ? std::optional(std::move(config)) : std::nullopt;
}

stream_info read_stream_info(const json::object& reply) {
    const auto& state = part(reply, "state");
    const auto& config = part(reply, "config");
    const auto max_bytes = number_of<std::int64_t>(config, "max_bytes");
    return {number_of<std::uint64_t>(state, "messages"),
            number_of<std::uint64_t>(state, "bytes"),
            number_of<std::uint64_t>(state, "first_seq"),
            number_of<std::uint64_t>(state, "last_seq"),
            texts_of(config, "subjects"),
            max_bytes > 0 ? max_bytes : -1,
            text_of(reply, "created"),
            text_of(config, "retention"),
            number_of<std::uint64_t>(state, "consumer_count"),
            has_other_subjects(config)};
}

}  // namespace tidings::bus
