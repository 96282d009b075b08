// Checks for tests of the relay: the events in the stream, and the outbox.
#pragma once

#include <map>
#include <set>

#include "backend.hpp"
#include "stream_reader.hpp"
#include "support/catch.hpp"

namespace tidings::todo_be_test {

inline std::string title(int n) { return R"({"title":"t)" + std::to_string(n) + "\"}"; }

inline std::vector<stored_event> wait_for_events(const servers& world, std::size_t count) {
    std::vector<stored_event> events;
    const bool enough = support::eventually([&] {
        events = read_stream(world.nats.url());
        return events.size() >= count;
    });
    INFO("events in the stream: " << events.size() << " of " << count);
    CHECK(enough);
    return events;
}

// Per to-do: versions 1, 2, 3 ... without a gap, each with its previous state.
inline void check_chains(const std::vector<stored_event>& events) {
    std::map<std::string, boost::json::value> last;
    std::set<std::string> ids;
    for (const auto& e : events) {
        CHECK(ids.insert(e.id).second);
        const auto& todo = e.data.at("todo").as_object();
        const auto version = todo.at("version").as_int64();
        CHECK(std::stoll(e.version) == version);
        const auto before = last.find(e.subject);
        if (before == last.end()) {
            CHECK(version == 1);
        } else {
            CHECK(version == before->second.as_object().at("version").as_int64() + 1);
            if (e.data.contains("previous")) CHECK(e.data.at("previous") == before->second);
        }
        last[e.subject] = e.data.at("todo");
    }
}

inline bool drained(const backend& be) { return be.metric("todo_outbox_pending") == 0.0; }

}  // namespace tidings::todo_be_test
