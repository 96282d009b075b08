#include "bus/jetstream/jetstream.hpp"

#include <boost/json/serialize.hpp>

#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/json_fields.hpp"
#include "bus/jetstream/publish_reply.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

std::string create_consumer_request(const std::string& stream, json::object config) {
    return json::serialize(json::object{{"stream_name", stream}, {"config", std::move(config)}});
}

// The stream may allow its consumers less than our `unused_for` (consumer_limits, from 2.10): then they have its own.
runtime::task<result<json::object>> create_reader(connection& bus, std::string place, reader_config c,
                                                  std::chrono::milliseconds deadline) {
    auto config = reader_json(c);
    const auto method = "CONSUMER.CREATE." + place;
    auto made = co_await api_call(bus, method, create_consumer_request(c.stream, config), deadline);
    const bool refused = made.has_error() && made.error() == errc::refused;
    if (!refused || bus.last_error().find("inactive threshold") == std::string::npos) co_return made;
    config.erase("inactive_threshold");
    co_return co_await api_call(bus, method, create_consumer_request(c.stream, std::move(config)), deadline);
}

}  // namespace

runtime::task<result<stream_info>> jetstream::ensure_stream(stream_config c) {
    auto existing = co_await api_call(bus_, "STREAM.INFO." + c.name, {}, deadline_);
    if (existing.has_error() && existing.error() == errc::not_found) {
        const auto wanted = json::serialize(stream_json(c));
        const auto created = co_await api_call(bus_, "STREAM.CREATE." + c.name, wanted, deadline_);
        if (created) co_return read_stream_info(*created);
        // Another replica has just created it.
        if (created.error() != errc::already_exists) co_return created.error();
        existing = co_await api_call(bus_, "STREAM.INFO." + c.name, {}, deadline_);
    }
    if (!existing) co_return existing.error();
    const auto update = stream_update(part(*existing, "config"), c);
    if (!update) co_return read_stream_info(*existing);
    const auto updated = co_await api_call(bus_, "STREAM.UPDATE." + c.name, json::serialize(*update), deadline_);
    if (!updated) co_return updated.error();
    co_return read_stream_info(*updated);
}

runtime::task<result<stream_info>> jetstream::stream(std::string name) {
    const auto reply = co_await api_call(bus_, "STREAM.INFO." + name, {}, deadline_);
    if (!reply) co_return reply.error();
    co_return read_stream_info(*reply);
}

runtime::task<result<stream_info>> jetstream::limit_stream(std::string name, std::int64_t max_bytes) {
    const auto existing = co_await api_call(bus_, "STREAM.INFO." + name, {}, deadline_);
    if (!existing) co_return existing.error();
    auto config = part(*existing, "config");
    config["max_bytes"] = max_bytes;
    const auto updated = co_await api_call(bus_, "STREAM.UPDATE." + name, json::serialize(config), deadline_);
    if (!updated) co_return updated.error();
    co_return read_stream_info(*updated);
}

runtime::task<result<consumer_info>> jetstream::make_reader(reader_config c) {
    const auto place = c.stream + "." + c.name;
    const auto made = co_await create_reader(bus_, place, std::move(c), deadline_);
    if (!made) co_return made.error();
    co_return read_consumer_info(*made);
}

// A consumer that begins there knows, before it has delivered anything.
runtime::task<result<std::uint64_t>> jetstream::sequence_at(std::string stream, std::string time) {
    reader_config c;
    c.stream = stream;
    c.start_time = std::move(time);
    c.unused_for = std::chrono::seconds(5);
    const auto made = co_await create_reader(bus_, stream, std::move(c), deadline_);
    if (!made) co_return made.error();
    bus_.publish("$JS.API.CONSUMER.DELETE." + stream + "." + text_of(*made, "name"), "");
    co_return number_of<std::uint64_t>(part(*made, "delivered"), "stream_seq") + 1;
}

runtime::task<result<>> jetstream::purge(std::string stream, std::string subject) {
    const auto wanted = json::serialize(json::object{{"filter", subject}});
    const auto purged = co_await api_call(bus_, "STREAM.PURGE." + stream, wanted, deadline_);
    if (!purged) co_return purged.error();
    co_return result<>();
}

runtime::task<result<consumer_info>> jetstream::consumer(std::string stream, std::string durable) {
    const auto reply = co_await api_call(bus_, "CONSUMER.INFO." + stream + "." + durable, {}, deadline_);
    if (!reply) co_return reply.error();
    co_return read_consumer_info(*reply);
}

runtime::task<result<>> jetstream::delete_consumer(std::string stream, std::string durable) {
    const auto reply = co_await api_call(bus_, "CONSUMER.DELETE." + stream + "." + durable, {}, deadline_);
    if (!reply) co_return reply.error();
    co_return result<>();
}

runtime::task<result<std::uint64_t>> jetstream::publish(std::string subject, std::string payload, headers h) {
    const auto reply = co_await bus_.request(subject, std::move(payload), std::move(h), deadline_);
    if (!reply) co_return reply.error();
    bus_.note_answer();
    std::string detail;
    const auto ack = parse_publish_reply(reply->payload(), detail);
    if (ack.failure == errc::refused) bus_.note_error("publish to " + subject + ": " + detail);
    if (ack.failure) co_return ack.failure;
    co_return ack.sequence;
}

}  // namespace tidings::bus
