#include "bus/jetstream/stored_messages.hpp"

#include <boost/json/serialize.hpp>

#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/json_fields.hpp"
#include "bus/jetstream/stream.hpp"

namespace tidings::bus {

namespace json = boost::json;

runtime::task<result<stored_message>> stored_messages::get(std::string stream, std::uint64_t sequence) {
    return fetch(std::move(stream), json::serialize(json::object{{"seq", sequence}}));
}

runtime::task<result<stored_message>> stored_messages::next(std::string stream, std::uint64_t from,
                                                            std::string subject) {
    return fetch(std::move(stream), json::serialize(json::object{{"seq", from}, {"next_by_subj", subject}}));
}

runtime::task<result<stored_message>> stored_messages::last(std::string stream, std::string subject) {
    return fetch(std::move(stream), json::serialize(json::object{{"last_by_subj", subject}}));
}

runtime::task<result<stored_message>> stored_messages::fetch(std::string stream, std::string query) {
    if (const auto used = co_await ensure_used(stream); !used) co_return used.error();
    const auto reply = co_await api_call(bus_, "STREAM.MSG.GET." + stream, query, deadline_);
    if (reply) {
        auto message = read_stored_message(part(*reply, "message"));
        if (!message) bus_.note_error("STREAM.MSG.GET." + stream + ": a reply without the message");
        co_return message;
    }
    // It may be the stream that no longer exists.
    if (reply.error() == errc::not_found) bus_.streams_in_use().erase(stream);
    co_return reply.error();
}

// nats-server 2.9.10 panics on MSG.GET while the stream is being created. A stream that has stored a message is past
// that point; STREAM.INFO goes first unless somebody has just seen so: it may have been deleted, and be made anew,
// since.
runtime::task<result<>> stored_messages::ensure_used(std::string stream) {
    const auto seen = bus_.streams_in_use().find(stream);
    if (seen != bus_.streams_in_use().end() && runtime::now() - seen->second < remake_after) co_return result<>();
    const auto info = co_await api_call(bus_, "STREAM.INFO." + stream, {}, deadline_);
    if (!info) co_return info.error();
    if (read_stream_info(*info).last_seq == 0) co_return errc::not_found;
    bus_.streams_in_use()[stream] = runtime::now();
    co_return result<>();
}

runtime::task<result<>> stored_messages::remove(std::string stream, std::uint64_t sequence) {
    const auto query = json::serialize(json::object{{"seq", sequence}, {"no_erase", true}});
    const auto reply = co_await api_call(bus_, "STREAM.MSG.DELETE." + stream, query, deadline_);
    if (!reply) co_return reply.error();
    co_return result<>();
}

}  // namespace tidings::bus
