// The events in hand for one endpoint: which of them is attempted when, and what becomes of it. In the order that the
// endpoint asks for. What fails while the endpoint is healthy moves to WEBHOOK_RETRIES and is in nobody's way there;
// with `strict`, or without JetStream, it waits here.
#pragma once

#include <map>
#include <optional>

#include "delivery/courier.hpp"
#include "delivery/endpoint_retries.hpp"
#include "delivery/line_links.hpp"
#include "delivery/parcel.hpp"
#include "domain/key_lanes.hpp"
#include "runtime/lifetime.hpp"

namespace tidings::broadcaster {

class endpoint_line;

// Who gives a line its events. Called on the loop.
class line_owner {
  public:
    virtual ~line_owner() = default;
    // The event is delivered, or stored elsewhere: it need not be kept for this endpoint.
    virtual void settled(endpoint_line& line, const event& e) = 0;
    // There may be room for more, or the endpoint's state has changed.
    virtual void changed(endpoint_line& line) = 0;
    // False: the endpoint is not ours any more; nothing may be sent.
    virtual bool may_send() const = 0;
    // Everything below was read for this endpoint.
    virtual retry_id passed(const endpoint_line& line) const = 0;
};

class endpoint_line {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // `desk`: null without JetStream. Throws std::invalid_argument naming what is wrong with `e`.
    endpoint_line(const line_links& l, const endpoint& e, line_owner& owner, retry_desk* desk);
    endpoint_line(const endpoint_line&) = delete;
    endpoint_line& operator=(const endpoint_line&) = delete;

    const endpoint& target() const { return courier_.target(); }
    courier& delivers() { return courier_; }
    endpoint_state state() const { return courier_.health().state(); }
    bool wants(const event& e) const;

    // How many events it can take in. While paused: one, when a probe is due.
    std::size_t room() const;
    bool probe_due() const { return courier_.health().probe_due(runtime::now()); }
    bool idle() const { return in_hand_.empty(); }
    std::size_t in_hand() const { return in_hand_.size(); }
    std::size_t retries() const { return retries_.size(); }
    // Since when it has held its oldest event; the earliest time when it holds none.
    time_point oldest() const;
    // Of the event it has held for the longest, since the stream stored it.
    std::chrono::milliseconds age_of_oldest() const;
    bool busy() const { return courier_.under_way() > 0 || writing_ > 0; }

    void offer(event_ptr e);
    // Found in WEBHOOK_RETRIES, written by an owner before us; `loading`: before anything was read.
    void found(retry_id id, retry_queue::entry e, bool loading);
    // Attempts what may be attempted now.
    void pump();
    // Forgets what is in hand; false: something is under way, or being written.
    bool let_go();
    // Takes no more.
    void close() { closed_ = true; }

  private:
    bool may_take(time_point now) const;
    std::string lane_of(const event& e) const;
    bool send_next(time_point now);
    void attempted(parcel& p, const decision& d);
    void settle(parcel& p);
    void put_back(parcel& p);
    void move_away(parcel& p, std::chrono::milliseconds delay, bool unreachable = false);
    void bury(parcel& p);
    void leave_hand(parcel& p);
    void arm();

    const line_links& links_;
    line_owner& owner_;
    courier courier_;
    parcel_store store_;
    key_lanes lanes_;
    std::map<std::uint64_t, std::unique_ptr<parcel>> in_hand_;  // by number
    std::size_t bytes_ = 0;                                     // of what is in hand
    std::size_t writing_ = 0;                                   // of it, being stored elsewhere
    endpoint_retries retries_;
    std::optional<std::pair<retry_id, std::uint64_t>> probed_;  // what was let go, and its next attempt
    std::uint64_t last_number_ = 0;
    runtime::steady_timer timer_;
    time_point armed_{};
    bool closed_ = false;
    bool was_healthy_ = true;
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
