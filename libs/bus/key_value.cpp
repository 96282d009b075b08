#include "bus/key_value.hpp"

namespace tidings::bus {

key_value::key_value(connection& c, std::string bucket, std::chrono::milliseconds deadline)
    : js_(c, deadline), bucket_(std::move(bucket)) {}

runtime::task<result<>> key_value::ensure(unsigned replicas) {
    stream_config c;
    c.name = "KV_" + bucket_;
    c.subjects = {"$KV." + bucket_ + ".>"};
    c.max_messages_per_subject = 1;
    c.replicas = replicas;
    const auto made = co_await js_.ensure_stream(c);
    if (!made) co_return made.error();
    co_return result<>();
}

runtime::task<result<kv_entry>> key_value::get(std::string key) {
    const auto found = co_await js_.last("KV_" + bucket_, "$KV." + bucket_ + '.' + key);
    if (!found) co_return found.error();
    // A deletion leaves a marker as the key's last message.
    for (const auto& [name, value] : found->h) {
        if (name == "KV-Operation") co_return make_error_code(errc::not_found);
    }
    co_return kv_entry{found->payload, found->sequence};
}

runtime::task<result<std::uint64_t>> key_value::update(std::string key, std::string value, std::uint64_t expected) {
    co_return co_await js_.publish("$KV." + bucket_ + '.' + key, std::move(value),
                                   {{"Nats-Expected-Last-Subject-Sequence", std::to_string(expected)}});
}

}  // namespace tidings::bus
