// One webhook as displayed.
#pragma once

#include <string>
#include <string_view>

namespace tidings::receiver {

struct webhook {
    std::string time;  // "12:00:00.123", UTC
    std::string path;
    std::string verdict;  // "verified", "not checked" or why the signature was rejected
    std::string type;     // of the CloudEvent, else the header ce-type; may be empty
    std::string subject;  // the same, else the header Nats-Subject
    std::string answer;   // "204", "closed"
    std::string body;     // its first 8 KiB
};

// The `data` of a CloudEvent, else the body; cut to about 80 characters.
std::string excerpt(std::string_view body);

// "12:00:00.123  204  /hook  verified  io.tidings.todo.created.v1  <subject>  {"todo":...". One line, whatever was
// sent: terminal control characters become dots.
std::string to_line(const webhook& w);

}  // namespace tidings::receiver
