// What the relay does next: decided from what has happened and the time, without I/O.
//
// An offered event is one that this replica has just committed. It is published only when its row cannot have been
// cleared already: its seq is above all seqs that were cleared, and above all that were drawn before this replica led.
// Any other is left to the outbox, where its row says whether it still has to be published. (Offers of one replica come
// in the order of their seqs, so that only one that was overtaken by another replica's events takes this way.)
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "domain/todo_event.hpp"
#include "relay/leadership.hpp"
#include "relay/outbox_window.hpp"
#include "relay/pace.hpp"
#include "relay/stream_watch.hpp"

namespace tidings::todo_be {

enum class relay_step {
    publish,       // what take_burst() returns
    check_stream,  // then checked_stream()
    confirm_lead,  // then confirmed()
    clear,         // delete stored() from the outbox, then cleared()
    read,          // events not in start_read(), then finish_read()
    leave,         // stopped, and nothing is left to do
};

class relay_pump {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::size_t most_held = 2'000;
    static constexpr std::size_t most_bytes_held = 8'000'000;  // of payloads; a read may go beyond it once
    static constexpr std::size_t read_batch = 500;
    static constexpr std::size_t read_bytes = 2'000'000;  // a read ends with the payload that reaches it

    struct step {
        relay_step what;
        time_point at;  // in the past: now; time_point::max(): not before something happens
    };
    // Only while leading.
    step next(time_point now) const;

    // The lead was gained by a query sent at `asked`; `last_seq`: the highest seq assigned by then.
    void lead(time_point asked, std::int64_t last_seq);
    void confirmed(time_point asked) { lead_.confirmed(asked); }
    void lose_lead();

    void connected() { stream_.connected(); }
    void disconnected() { stream_.disconnected(); }
    void checked_stream(time_point now, bool found, bool recreated) { stream_.looked(now, found, recreated); }

    void offer(time_point now, std::vector<outbox_event> created);
    // There is something in the outbox.
    void wake(time_point now) { read_wanted_ = std::min(read_wanted_, now); }
    std::vector<std::int64_t> start_read();
    void finish_read(time_point now, std::vector<outbox_event> events);

    // The events to publish together, marked as in flight; empty while none may be. Valid until acknowledged.
    std::vector<const outbox_event*> take_burst(time_point now);
    void stored(time_point now, std::int64_t seq);
    // Not stored, as far as is known; to be published again. False when the pause of an earlier failure covers it.
    bool failed(time_point now, std::int64_t seq, bool stream_in_doubt, double random);
    const std::vector<std::int64_t>& stored() const { return window_.stored_seqs(); }
    void cleared(time_point now, const std::vector<std::int64_t>& seqs);

    // Publishes nothing new; events in flight have a second to be acknowledged.
    void stop(time_point now);
    bool stopping() const { return stop_by_ != time_point::max(); }

    bool leading() const { return lead_.held(); }
    const stream_watch& stream() const { return stream_; }

  private:
    bool may_publish(time_point now) const;
    bool full(const std::vector<outbox_event>& more = {}) const;
    time_point publish_at(time_point now) const;
    time_point clear_at() const;
    time_point read_at(time_point now) const;

    leadership lead_;
    stream_watch stream_;
    pace pace_;
    outbox_window window_;
    time_point read_wanted_ = time_point::max();  // since when
    time_point last_read_{};
    time_point first_stored_{};
    std::int64_t cleared_up_to_ = 0;
    time_point stop_by_ = time_point::max();
};

}  // namespace tidings::todo_be
