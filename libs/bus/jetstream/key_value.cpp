#include "bus/jetstream/key_value.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/json_fields.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

constexpr std::string_view key_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/=.";

// A key becomes part of a subject: a wildcard or a space in it would reach other keys.
bool is_key(std::string_view key) {
    return !key.empty() && !key.starts_with('.') && !key.ends_with('.') && key.find("..") == std::string_view::npos &&
           key.find_first_not_of(key_characters) == std::string_view::npos;
}

json::object bucket_json(const std::string& bucket, unsigned replicas, unsigned history) {
    return {{"name", "KV_" + bucket},
            {"subjects", json::array{"$KV." + bucket + ".>"}},
            {"retention", "limits"},
            {"storage", "file"},
            {"discard", "new"},
            {"max_consumers", -1},
            {"max_msgs", -1},
            {"max_bytes", -1},
            {"max_msg_size", -1},
            {"max_msgs_per_subject", std::clamp(history, 1U, 64U)},
            {"num_replicas", replicas},
            {"deny_delete", true},
            {"allow_rollup_hdrs", true},
            {"allow_direct", true}};
}

// The same without the limits by which it forgets keys; nothing: it has none.
std::optional<json::object> without_forgetting(json::object config) {
    const auto is_set = [&](const char* limit) {
        const auto* const v = config.if_contains(limit);
        return v != nullptr && v->is_int64() && v->get_int64() > 0;
    };
    const auto* const discard = config.if_contains("discard");
    const bool drops = discard != nullptr && *discard == "old" && (is_set("max_msgs") || is_set("max_bytes"));
    const bool expires = is_set("max_age");
    if (!drops && !expires) return std::nullopt;
    config["max_age"] = 0;
    config["discard"] = "new";
    return config;
}

bool deletes(std::string_view operation) { return operation == "DEL" || operation == "PURGE"; }

// The marker that a delete leaves behind.
bool is_tombstone(const stored_message& m) {
    return std::any_of(m.h.begin(), m.h.end(),
                       [](const auto& header) { return header.first == "KV-Operation" && deletes(header.second); });
}

kv_entry entry_of(const message& m, std::uint64_t revision, std::size_t prefix) {
    return {std::string(m.payload()), revision, std::string(m.subject().substr(prefix)),
            deletes(m.header("KV-Operation"))};
}

// What a reading task waits for.
struct reading {
    explicit reading(const runtime::executor& ex) : changed(ex) {}
    std::vector<kv_entry> entries;
    bool complete = false;
    boost::system::error_code failure;
    runtime::wakeup changed;
};

}  // namespace

key_value::key_value(connection& c, std::string bucket, std::chrono::milliseconds deadline)
    : bus_(c), js_(c, deadline), bucket_(std::move(bucket)), deadline_(deadline) {}

runtime::task<result<stream_info>> key_value::ensure(unsigned replicas, unsigned history) {
    const auto found = co_await js_.stream("KV_" + bucket_);
    if (found || found.error() != errc::not_found) co_return found;
    const auto wanted = json::serialize(bucket_json(bucket_, replicas, history));
    const auto created = co_await api_call(bus_, "STREAM.CREATE.KV_" + bucket_, wanted, deadline_);
    if (created) co_return read_stream_info(*created);
    if (created.error() != errc::already_exists) co_return created.error();
    co_return co_await js_.stream("KV_" + bucket_);
}

runtime::task<bool> key_value::keep_all() {
    const auto info = co_await api_call(bus_, "STREAM.INFO.KV_" + bucket_, {}, deadline_);
    const auto config = info ? without_forgetting(part(*info, "config")) : std::nullopt;
    if (!config) co_return false;
    co_return (co_await api_call(bus_, "STREAM.UPDATE.KV_" + bucket_, json::serialize(*config), deadline_)).has_value();
}

errc key_value::not_a_key(const std::string& key) {
    bus_.note_error("not a key-value key: \"" + key + "\"");
    return errc::refused;
}

runtime::task<result<kv_entry>> key_value::get(std::string key) {
    if (!is_key(key)) co_return not_a_key(key);
    const auto found = co_await js_.messages().last("KV_" + bucket_, subject_of(key));
    if (!found) co_return found.error();
    if (is_tombstone(*found)) co_return errc::not_found;
    co_return kv_entry{found->payload, found->sequence, std::move(key), false};
}

runtime::task<result<std::uint64_t>> key_value::write(const std::string& subject, const std::string& value,
                                                      std::uint64_t expected) {
    headers h{{"Nats-Expected-Last-Subject-Sequence", std::to_string(expected)}};
    return js_.publish(subject, value, std::move(h));
}

runtime::task<result<std::uint64_t>> key_value::update(std::string key, std::string value, std::uint64_t expected) {
    if (!is_key(key)) co_return not_a_key(key);
    const std::string subject = subject_of(key);
    auto written = co_await write(subject, value, expected);
    const bool lost = written.has_error() && written.error() == errc::wrong_sequence;
    if (!lost || expected != 0) co_return written;
    // A deleted key does not exist either, but its marker has a revision.
    const auto last = co_await js_.messages().last("KV_" + bucket_, subject);
    if (last && is_tombstone(*last)) co_return co_await write(subject, value, last->sequence);
    co_return written;
}

runtime::task<result<std::uint64_t>> key_value::put(std::string key, std::string value) {
    if (!is_key(key)) co_return not_a_key(key);
    co_return co_await js_.publish(subject_of(key), std::move(value), {});
}

runtime::task<result<std::uint64_t>> key_value::remove(std::string key, std::optional<std::uint64_t> expected) {
    if (!is_key(key)) co_return not_a_key(key);
    headers h{{"KV-Operation", "DEL"}};
    if (expected) h.emplace_back("Nats-Expected-Last-Subject-Sequence", std::to_string(*expected));
    co_return co_await js_.publish(subject_of(key), {}, std::move(h));
}

runtime::task<result<std::vector<std::string>>> key_value::keys() {
    auto entries = co_await read({.stream = "KV_" + bucket_, .filter_subject = subject_of(">"), .headers_only = true});
    if (!entries) co_return entries.error();
    std::vector<std::string> keys;
    for (auto& e : *entries)
        if (!e.deleted) keys.push_back(std::move(e.key));
    co_return keys;
}

runtime::task<result<std::vector<kv_entry>>> key_value::entries(std::string prefix) {
    auto all = co_await read({.stream = "KV_" + bucket_, .filter_subject = subject_of(prefix + ".>")});
    if (!all) co_return all.error();
    std::erase_if(*all, [](const kv_entry& e) { return e.deleted; });
    co_return all;
}

runtime::task<result<>> key_value::purge(const std::string& prefix) {
    return js_.purge("KV_" + bucket_, subject_of(prefix + ".>"));
}

runtime::task<result<std::vector<kv_entry>>> key_value::history(std::string key) {
    if (!is_key(key)) co_return not_a_key(key);
    auto entries =
        co_await read({.stream = "KV_" + bucket_, .filter_subject = subject_of(key), .last_per_subject = false});
    if (entries && entries->empty()) co_return errc::not_found;
    co_return entries;
}

ordered_consumer key_value::watch(const runtime::executor& ex, kv_watch_handlers h) {
    const auto on_message = [prefix = subject_of(""), on_entry = std::move(h.on_entry)](const message& m,
                                                                                        std::uint64_t revision) {
        auto e = entry_of(m, revision, prefix.size());
        if (is_key(e.key)) on_entry(std::move(e));
    };
    return {ex,
            bus_,
            {.stream = "KV_" + bucket_, .filter_subject = subject_of(">"), .deadline = deadline_},
            {std::move(h.on_start), on_message, std::move(h.on_current), nullptr}};
}

runtime::task<result<std::vector<kv_entry>>> key_value::read(ordered_consumer::options o) {
    if (!bus_.connected()) co_return errc::disconnected;
    o.deadline = deadline_;
    const auto end =
        std::chrono::steady_clock::now() + bus_.deadline_of("$JS.API.CONSUMER.CREATE", deadline_) + deadline_;
    const auto ex = co_await runtime::asio::this_coro::executor;
    reading r(ex);
    const auto done = [&r](boost::system::error_code failure) {
        r.failure = failure;
        r.complete = true;
        r.changed.notify();
    };
    const ordered_consumer reader(ex, bus_, std::move(o),
                                  {[&r] { r.entries.clear(); },
                                   [&r, prefix = subject_of("").size()](const message& m, std::uint64_t revision) {
                                       auto e = entry_of(m, revision, prefix);
                                       if (is_key(e.key)) r.entries.push_back(std::move(e));
                                   },
                                   [&done] { done({}); }, done});
    while (!r.complete && std::chrono::steady_clock::now() < end)
        co_await r.changed.wait(end - std::chrono::steady_clock::now());
    if (!r.complete) co_return errc::timeout;
    if (r.failure) co_return r.failure;
    co_return std::move(r.entries);
}

std::string key_value::subject_of(std::string_view key) const { return "$KV." + bucket_ + "." + std::string(key); }

}  // namespace tidings::bus
