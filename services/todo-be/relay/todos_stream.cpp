#include "relay/todos_stream.hpp"

#include "events/subjects.hpp"

namespace tidings::todo_be {

namespace {

constexpr auto stream_age = std::chrono::hours(24 * 7);
// Longer than any failover: what a new leader publishes again is recognised.
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

}  // namespace tidings::todo_be
