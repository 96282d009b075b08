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

runtime::task<result<consumer_info>> jetstream::ensure_consumer(consumer_config c) {
    const std::string place = c.stream + "." + c.durable;
    auto existing = co_await api_call(bus_, "CONSUMER.INFO." + place, {}, deadline_);
    if (existing.has_error() && existing.error() == errc::not_found) {
        const auto wanted = create_consumer_request(c.stream, consumer_json(c));
        const auto created = co_await api_call(bus_, "CONSUMER.DURABLE.CREATE." + place, wanted, deadline_);
        if (created) co_return read_consumer_info(*created);
        if (created.error() != errc::already_exists) co_return created.error();
        existing = co_await api_call(bus_, "CONSUMER.INFO." + place, {}, deadline_);
    }
    if (!existing) co_return existing.error();
    auto update = consumer_update(part(*existing, "config"), c);
    if (!update) co_return read_consumer_info(*existing);
    const auto wanted = create_consumer_request(c.stream, std::move(*update));
    const auto updated = co_await api_call(bus_, "CONSUMER.DURABLE.CREATE." + place, wanted, deadline_);
    if (!updated) co_return updated.error();
    co_return read_consumer_info(*updated);
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
    std::string detail;
    const auto ack = parse_publish_reply(reply->payload(), detail);
    if (ack.failure == errc::refused) bus_.note_error("publish to " + subject + ": " + detail);
    if (ack.failure) co_return ack.failure;
    co_return ack.sequence;
}

}  // namespace tidings::bus
