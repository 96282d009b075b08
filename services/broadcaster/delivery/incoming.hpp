// A message that a reader has before it: looked at as far as needed, and taken once for all endpoints that want it.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "bus/jetstream/pull_consumer.hpp"
#include "delivery/event.hpp"
#include "delivery/share_links.hpp"

namespace tidings::broadcaster {

class incoming {
  public:
    // Borrows all of it. `stream` and `incarnation`: where it was read. `known`: the event, when it was taken before
    // and some endpoint had no room for it. `by`: one endpoint alone, or all.
    incoming(share_links& l, bus::delivery& d, std::string_view stream, std::uint32_t incarnation, event_ptr known,
             hands::taken by = hands::taken::shared)
        : links_(l), delivery_(d), stream_(stream), incarnation_(incarnation), event_(std::move(known)), by_(by) {}

    std::uint64_t sequence() const { return delivery_.stream_sequence; }
    const std::string& type();
    // Says so where there is none. To be called when somebody asks for types.
    void tell_untyped();
    // What nats-server keeps in the stream for itself.
    bool of_server();
    const event_ptr& taken();
    const event_ptr& taken_before() const { return event_; }  // null: not yet

  private:
    const event_headers& headers();

    share_links& links_;
    bus::delivery& delivery_;
    std::string_view stream_;
    std::uint32_t incarnation_;
    std::optional<event_headers> headers_;  // of the message, when it was looked at
    std::optional<std::string> type_;
    event_ptr event_;
    hands::taken by_;
};

}  // namespace tidings::broadcaster
