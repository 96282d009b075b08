#include "relay/todos_stream.hpp"

#include "events/subjects.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

constexpr auto stream_age = std::chrono::hours(24 * 7);
// Longer than any failover: what a new leader publishes again is recognised as a duplicate.
constexpr auto duplicate_window = std::chrono::minutes(10);

}  // namespace

bus::stream_config todos_stream(unsigned replicas) {
    bus::stream_config stream;
    stream.name = events::todos_stream;
    stream.subjects = {std::string(events::todos_subject), std::string(events::todos_subjects_below)};
    stream.max_age = stream_age;
    stream.duplicate_window = duplicate_window;
    stream.replicas = replicas;
    return stream;
}

runtime::task<bool> ensure_todos_stream(bus::connection& nats, unsigned replicas, runtime::outage& trouble) {
    bus::jetstream js(nats, std::chrono::seconds(1));
    auto stream = co_await js.ensure_stream(todos_stream(replicas));
    if (stream) {
        trouble.ended();
    } else {
        const auto reason = nats.why(stream.error());
        if (trouble.failed(std::chrono::steady_clock::now(), reason))
            log::warn("stream could not be created or updated", {{"stream", events::todos_stream}, {"error", reason}});
        // A stream that we may not update may still accept our events.
        stream = co_await js.stream(std::string(events::todos_stream));
    }
    if (stream) log::info("stream is ready", {{"stream", events::todos_stream}, {"messages", stream->messages}});
    co_return stream.has_value();
}

runtime::task<bool> todos_stream_gone(bus::connection& nats) {
    bus::jetstream js(nats, std::chrono::seconds(1));
    const auto stream = co_await js.stream(std::string(events::todos_stream));
    co_return stream.has_error() && stream.error() == make_error_code(bus::errc::not_found);
}

}  // namespace tidings::todo_be
