// What the stream TODOS holds, read through the bus.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "bus/jetstream/jetstream.hpp"
#include "events/subjects.hpp"

namespace tidings::todo_be_test {

struct stored_event {
    std::string id, type, subject;
    std::string version;  // the attribute `sequence`
    boost::json::object data;
    bus::stored_message message;
};

// Everything in the order of the stream; empty if the stream does not exist (yet).
std::vector<stored_event> read_stream(const std::string& nats_url);

// As an operator would by mistake.
void delete_stream(const std::string& nats_url, const std::string& name = std::string(events::todos_stream));
// A stream of another owner.
void make_stream(const std::string& nats_url, const std::string& name, const std::string& subject);

}  // namespace tidings::todo_be_test
