// The decisions of a pool of kept-alive connections to one origin: which connection takes the next exchange, what
// becomes of it afterwards, and when to stop trusting the peer. No I/O; time is an argument.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/task.hpp"

namespace tidings::http::client {

// The state of an idle connection. Only on a quiet one do the next bytes answer the next request (RFC 9112, 9.2).
enum class idle_state {
    quiet,
    ended,        // closed by the peer, with or without a notice
    out_of_step,  // the peer sent bytes that belong to no request
};
// The meaning of unsolicited bytes: a timeout notice (408) announces the end.
idle_state meaning_of(std::string_view unasked);

// How an exchange ended, as far as its connection is concerned.
struct exchange_end {
    enum class kind {
        answered,  // with a response, whole or cut
        lost,      // the peer closed the connection before its response was complete
        failed,    // for any other reason: a deadline, cancel(), no connection
    };
    kind how = kind::failed;
    bool reusable = false;        // answered: nothing stands in the way of another exchange
    bool out_of_step = false;     // more bytes came than the response has, or bytes that begin none
    bool used_before = false;     // the connection carried an exchange before this one
    bool response_begun = false;  // a byte of the response arrived
};

class pool_policy {
  public:
    using slot = std::size_t;  // names a connection; the pool's choice

    static constexpr std::chrono::minutes distrust_time{1};

    // Connections that are idle for `idle_limit` are closed.
    explicit pool_policy(runtime::duration idle_limit) : idle_limit_(idle_limit) {}

    // Takes the idle connection that was used last, as the one most likely to be open. Nothing: open a new one.
    std::optional<slot> take_idle();
    // Whether a connection from take_idle(), which shows `seen`, can carry the next exchange. If not: close it, and ask
    // take_idle() again.
    bool may_use(idle_state seen, runtime::time_point now);

    enum class verdict {
        keep,    // the connection is idle now
        close,   // and report the end of the exchange to its caller
        resend,  // close it, and send the exchange over a new connection
    };
    // A peer may close a kept-alive connection whenever it likes (nginx does after 1,000 requests), or send more of its
    // last response late: a request that crossed with that, seen by no response, is sent once more. A new connection
    // makes no such excuse.
    verdict after(slot s, const exchange_end& end, runtime::time_point now);

    // An idle connection has ended by itself: close it.
    void ended(slot s, idle_state seen, runtime::time_point now);
    // The host no longer has the address that this connection leads to. True: it is idle no more, close it. False: it
    // is in use, and after() will say so.
    bool retire(slot s);
    // Takes the idle connections whose time is over: close them.
    std::vector<slot> take_unused(runtime::time_point now);
    // Takes those that are idle since `then` or longer: close them, others need the room.
    std::vector<slot> take_idle_since(runtime::time_point then);

    std::size_t idle() const { return idle_.size(); }
    // Adds since when each is idle.
    void add_idle_times(std::vector<runtime::time_point>& all) const;

  private:
    struct idle_connection {
        slot which;
        runtime::time_point since;
    };

    template <class Condition>
    std::vector<slot> take_those(Condition which);
    void distrust(runtime::time_point now) { trusted_from_ = now + distrust_time; }

    runtime::duration idle_limit_;
    std::vector<idle_connection> idle_;  // the one used last at the back
    std::vector<slot> retired_;          // in use
    // A peer out of step may be so again, just after a look at the connection, and its bytes would pass for an answer:
    // until then no connection is used twice.
    runtime::time_point trusted_from_ = runtime::time_point::min();
};

// When to move on to the next address of a name: an unresponsive one must leave time for the `left` after it.
runtime::time_point deadline_of_address(runtime::time_point now, runtime::time_point deadline, std::size_t left);

}  // namespace tidings::http::client
