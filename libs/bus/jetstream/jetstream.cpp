#include "bus/jetstream/jetstream.hpp"

#include <boost/json/serialize.hpp>

#include "bus/connection/connection_state.hpp"
#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/jetstream_json.hpp"
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
    auto found = co_await api_call(bus_, "STREAM.INFO." + c.name, {}, deadline_);
    if (found.has_error() && found.error() == errc::not_found) {
        const auto wanted = json::serialize(stream_json(c));
        const auto made = co_await api_call(bus_, "STREAM.CREATE." + c.name, wanted, deadline_);
        if (made) co_return read_stream_info(*made);
        // Another replica was quicker.
        if (made.error() != errc::already_exists) co_return made.error();
        found = co_await api_call(bus_, "STREAM.INFO." + c.name, {}, deadline_);
    }
    if (!found) co_return found.error();
    const auto update = stream_update(part(*found, "config"), c);
    if (!update) co_return read_stream_info(*found);
    const auto updated = co_await api_call(bus_, "STREAM.UPDATE." + c.name, json::serialize(*update), deadline_);
    if (!updated) co_return updated.error();
    co_return read_stream_info(*updated);
}

runtime::task<result<stream_info>> jetstream::stream(std::string name) {
    const auto reply = co_await api_call(bus_, "STREAM.INFO." + name, {}, deadline_);
    if (!reply) co_return reply.error();
    co_return read_stream_info(*reply);
}

runtime::task<result<consumer_info>> jetstream::ensure_consumer(consumer_config c) {
    const std::string place = c.stream + "." + c.durable;
    auto found = co_await api_call(bus_, "CONSUMER.INFO." + place, {}, deadline_);
    if (found.has_error() && found.error() == errc::not_found) {
        const auto wanted = create_consumer_request(c.stream, consumer_json(c));
        const auto made = co_await api_call(bus_, "CONSUMER.DURABLE.CREATE." + place, wanted, deadline_);
        if (made) co_return read_consumer_info(*made);
        if (made.error() != errc::already_exists) co_return made.error();
        found = co_await api_call(bus_, "CONSUMER.INFO." + place, {}, deadline_);
    }
    if (!found) co_return found.error();
    auto update = consumer_update(part(*found, "config"), c);
    if (!update) co_return read_consumer_info(*found);
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

runtime::task<result<stored_message>> jetstream::get(std::string stream, std::uint64_t sequence) {
    return fetch(std::move(stream), json::serialize(json::object{{"seq", sequence}}));
}

runtime::task<result<stored_message>> jetstream::next(std::string stream, std::uint64_t from, std::string subject) {
    return fetch(std::move(stream), json::serialize(json::object{{"seq", from}, {"next_by_subj", subject}}));
}

runtime::task<result<stored_message>> jetstream::last(std::string stream, std::string subject) {
    return fetch(std::move(stream), json::serialize(json::object{{"last_by_subj", subject}}));
}

// nats-server 2.9.10 dies of a nil pointer when a message is asked of a stream that somebody is just creating. A stream
// that has held a message is past that: the first time it is asked for that instead.
runtime::task<result<stored_message>> jetstream::fetch(std::string stream, std::string query) {
    const auto state = bus_.state_;
    if (!state->used_streams.contains(stream)) {
        const auto info = co_await api_call(bus_, "STREAM.INFO." + stream, {}, deadline_);
        if (!info) co_return info.error();
        if (read_stream_info(*info).last_seq == 0) co_return errc::not_found;
        state->used_streams.insert(stream);
    }
    const auto reply = co_await api_call(bus_, "STREAM.MSG.GET." + stream, query, deadline_);
    if (reply) {
        auto message = read_stored_message(part(*reply, "message"));
        if (!message) bus_.note_error("STREAM.MSG.GET." + stream + ": an answer without the message");
        co_return message;
    }
    // It may be the stream that is not there any more.
    if (reply.error() == errc::not_found) state->used_streams.erase(stream);
    co_return reply.error();
}

runtime::task<result<>> jetstream::remove(std::string stream, std::uint64_t sequence) {
    const auto query = json::serialize(json::object{{"seq", sequence}, {"no_erase", true}});
    const auto reply = co_await api_call(bus_, "STREAM.MSG.DELETE." + stream, query, deadline_);
    if (!reply) co_return reply.error();
    co_return result<>();
}

runtime::task<result<std::uint64_t>> jetstream::publish(std::string subject, std::string payload, headers h) {
    const auto answer = co_await bus_.request(subject, std::move(payload), std::move(h), deadline_);
    if (!answer) co_return answer.error();
    std::string detail;
    const auto ack = parse_publish_reply(answer->payload(), detail);
    if (ack.failure == errc::refused) bus_.note_error("publish to " + subject + ": " + detail);
    if (ack.failure) co_return ack.failure;
    co_return ack.sequence;
}

}  // namespace tidings::bus
