#include "bus/jetstream/key_value.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "bus/jetstream/jetstream_api.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

constexpr std::string_view key_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/=.";

// A key becomes part of a subject: a wildcard or a space in it would reach other keys.
void check_key(const std::string& key) {
    const bool ok = !key.empty() && !key.starts_with('.') && !key.ends_with('.') &&
                    key.find("..") == std::string::npos && key.find_first_not_of(key_characters) == std::string::npos;
    if (!ok) throw std::invalid_argument("not a key-value key: \"" + key + "\"");
}

json::object bucket_json(const std::string& bucket, unsigned replicas) {
    return {{"name", "KV_" + bucket},
            {"subjects", json::array{"$KV." + bucket + ".>"}},
            {"retention", "limits"},
            {"storage", "file"},
            {"discard", "new"},
            {"max_consumers", -1},
            {"max_msgs", -1},
            {"max_bytes", -1},
            {"max_msg_size", -1},
            {"max_msgs_per_subject", 1},
            {"num_replicas", replicas},
            {"deny_delete", true},
            {"allow_rollup_hdrs", true},
            {"allow_direct", true}};
}

// The marker that a delete leaves behind.
bool is_tombstone(const stored_message& m) {
    return std::any_of(m.h.begin(), m.h.end(), [](const auto& header) {
        return header.first == "KV-Operation" && (header.second == "DEL" || header.second == "PURGE");
    });
}

}  // namespace

key_value::key_value(connection& c, std::string bucket, std::chrono::milliseconds deadline)
    : bus_(c), js_(c, deadline), bucket_(std::move(bucket)), deadline_(deadline) {}

runtime::task<result<>> key_value::ensure(unsigned replicas) {
    const auto found = co_await js_.stream("KV_" + bucket_);
    if (found) co_return result<>();
    if (found.error() != errc::not_found) co_return found.error();
    const auto wanted = json::serialize(bucket_json(bucket_, replicas));
    const auto created = co_await api_call(bus_, "STREAM.CREATE.KV_" + bucket_, wanted, deadline_);
    if (created.has_error() && created.error() != errc::already_exists) co_return created.error();
    co_return result<>();
}

runtime::task<result<kv_entry>> key_value::get(std::string key) {
    check_key(key);
    const auto found = co_await js_.messages().last("KV_" + bucket_, "$KV." + bucket_ + "." + key);
    if (!found) co_return found.error();
    if (is_tombstone(*found)) co_return errc::not_found;
    co_return kv_entry{found->payload, found->sequence};
}

runtime::task<result<std::uint64_t>> key_value::write(const std::string& subject, const std::string& value,
                                                      std::uint64_t expected) {
    headers h{{"Nats-Expected-Last-Subject-Sequence", std::to_string(expected)}};
    return js_.publish(subject, value, std::move(h));
}

runtime::task<result<std::uint64_t>> key_value::update(std::string key, std::string value, std::uint64_t expected) {
    check_key(key);
    const std::string subject = "$KV." + bucket_ + "." + key;
    auto written = co_await write(subject, value, expected);
    const bool lost = written.has_error() && written.error() == errc::wrong_sequence;
    if (!lost || expected != 0) co_return written;
    // A deleted key does not exist either, but its marker has a revision.
    const auto last = co_await js_.messages().last("KV_" + bucket_, subject);
    if (last && is_tombstone(*last)) co_return co_await write(subject, value, last->sequence);
    co_return written;
}

}  // namespace tidings::bus
