// The events in hand for one endpoint: which of them is attempted when, and what becomes of it. In the order that the
// endpoint asks for. What fails while the endpoint is healthy moves to WEBHOOK_RETRIES and is in nobody's way there;
// with `strict`, or without JetStream, it waits here.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "delivery/courier.hpp"
#include "delivery/endpoint_retries.hpp"
#include "delivery/line_links.hpp"
#include "delivery/parcels_in_hand.hpp"
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
    // The message may still be read for this endpoint.
    virtual bool to_be_read(const endpoint_line& line, retry_id id) const = 0;
};

class endpoint_line {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // `desk`: null without JetStream. Throws std::invalid_argument naming what is wrong with `e`.
    // `place`: the owner's name for it.
    endpoint_line(line_links& l, endpoint_ptr e, line_owner& owner, retry_desk* desk, std::size_t place = 0);
    endpoint_line(const endpoint_line&) = delete;
    endpoint_line& operator=(const endpoint_line&) = delete;

    std::size_t place() const { return place_; }
    const endpoint& target() const { return *target_; }
    courier& delivers() { return *courier_; }
    endpoint_state state() const { return courier_->health().state(); }
    // The endpoint has other settings, of the same identity and stream. What is under way ends as it began; another
    // url, or being enabled again, makes it healthy; another order counts as soon as nothing is under way, and for what
    // waits for a retry not at all. Throws std::invalid_argument: then nothing has changed.
    void change(endpoint_ptr e);
    // Ends its pause, or what a 410 disabled.
    void resume();
    bool wants(const event& e) const;

    // How many events it can take in. While paused: one, when a probe is due. Never less than one if it holds nothing.
    std::size_t room() const;
    // While this process does as much as it can, it has in hand what it can send soon: more would only be older. With
    // an order to keep, what can be sent may be far behind.
    bool has_enough() const {
        return links_.attempts.limited() && order_ == ordering::none &&
               in_hand_.size() >= 2 * courier_->under_way() + most_ahead;
    }
    bool holds_large() const { return !in_hand_.empty() && hands::is_large(in_hand_.oldest().what->bytes); }
    // As far as bytes are concerned.
    bool has_room_for_bytes() const { return bytes_ == 0 || bytes_ < links_.in_hand.share(); }
    bool probe_due() const { return courier_->health().probe_due(runtime::now()); }
    // It answers about as fast as others, could be sent more or has room for more, and this process does as much as it
    // can.
    bool waits_for_its_turn() const {
        const auto& all = links_.attempts;
        const bool could_be_sent_more = lanes_.ready() > 0 && courier_->under_way() < target().connections;
        return all.limited() && (could_be_sent_more || room() > 0) &&
               courier_->usual_answer() <= 4 * all.usual_answer() + std::chrono::milliseconds(5);
    }
    // How many of them could be sent, and are not yet.
    std::size_t ready() const { return lanes_.ready(); }
    bool idle() const { return in_hand_.empty(); }
    std::size_t in_hand() const { return in_hand_.size(); }
    std::size_t retries() const { return retries_.size(); }
    // Since when it has held its oldest event; the latest time when it holds none.
    time_point oldest() const;
    // Since when that has been waiting by the endpoint's own fault: not for its turn, while this process does as much
    // as it can. The latest time when none does.
    time_point waits_since() const;
    // Since when the oldest attempt is under way. The latest time when none is. Looks at all it holds.
    time_point attempted_since() const;
    // How long the first retry that could be tried has waited for that.
    std::chrono::milliseconds overdue() const { return retries_.overdue(); }
    // Of the event it has held for the longest, since the stream stored it.
    std::chrono::milliseconds age_of_oldest() const;
    bool busy() const { return courier_->under_way() > 0 || writing_ > 0 || !replaced_.empty(); }
    // Every now and then: ends the couriers of earlier settings that have nothing under way any more, and stores what
    // found no room for its retry.
    void tidy();

    void offer(event_ptr e);
    // Found in WEBHOOK_RETRIES, written by an owner before us; `loading`: before anything was read.
    void found(retry_id id, retry_queue::entry e, bool loading);
    // Attempts what may be attempted now.
    void pump() { pump(runtime::now()); }
    void pump(time_point now);
    // The stream is another one: what is in hand is not reported as settled any more.
    void stream_ends() { of_ended_stream_ = last_number_; }
    // Forgets what is in hand, to be read again; false: something is under way or being written, or cannot be, for its
    // stream is gone.
    bool let_go();
    // It reads alone and lags: others that are live go first.
    void catches_up(bool it_does) { catches_up_ = it_does; }
    // Takes no more.
    void close() { closed_ = true; }
    // The same, and sends no more: what is under way ends.
    void end() { closed_ = ended_ = true; }
    bool ended() const { return ended_; }
    // After end(), before anything was handed over: it goes on.
    void go_on() {
        closed_ = ended_ = false;
        pump();
    }

  private:
    static constexpr std::size_t most_ahead = 4;

    bool may_take(time_point now) const;
    std::unique_ptr<courier> courier_for(const endpoint_ptr& e);
    void reorder();
    bool send_next(time_point now);
    void send(parcel& p, time_point now);
    void attempted(parcel& p, const decision& d);
    void settle(parcel& p);
    void put_back(parcel& p);
    void move_away(parcel& p, std::chrono::milliseconds delay, bool unreachable = false);
    void store(parcel& p, endpoint_retries::wall_time due, bool unreachable);
    void take_back_kept();
    void bury(parcel& p);
    void buried(parcel& p);
    void leave_hand(parcel& p);
    time_point next_retry(time_point now) const;
    void arm(time_point now);

    line_links& links_;
    line_owner& owner_;
    std::size_t place_;
    endpoint_ptr target_;
    ordering order_;  // as it is kept now
    std::unique_ptr<courier> courier_;
    std::vector<std::unique_ptr<courier>> replaced_;  // have attempts under way
    key_lanes lanes_;
    parcels_in_hand in_hand_;
    std::size_t bytes_ = 0;    // of what is in hand, as if nobody else had it
    std::size_t writing_ = 0;  // of it, being stored elsewhere
    endpoint_retries retries_;
    std::optional<std::pair<retry_id, std::uint64_t>> probed_;  // what was let go, and its next attempt
    std::uint64_t last_number_ = 0;
    std::uint64_t of_ended_stream_ = 0;  // parcels up to this number
    runtime::steady_timer timer_;
    time_point armed_{};
    bool closed_ = false;
    bool ended_ = false;
    bool catches_up_ = false;
    bool has_to_wait_ = false;  // for others, a moment
    bool was_healthy_ = true;
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
