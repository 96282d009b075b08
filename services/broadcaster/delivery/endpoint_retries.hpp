// The messages of one endpoint that wait in WEBHOOK_RETRIES: moved there, fetched when they are due, written again when
// they failed again, and removed when they are settled. Which is due when is retry_queue's decision.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "delivery/line_links.hpp"
#include "delivery/retry_desk.hpp"
#include "domain/endpoint.hpp"
#include "domain/retry_queue.hpp"
#include "runtime/lifetime.hpp"

namespace tidings::broadcaster {

class endpoint_retries {
  public:
    using wall_time = retry_queue::time_point;
    using time_point = runtime::time_point;

    // When the stream stored it, as retry_queue compares it: what tells of a gap is made when that is seen.
    static std::int64_t time_of(const event& e) { return e.gone_from > 0 ? 0 : e.stored_ns; }
    static wall_time wall_clock() { return std::chrono::system_clock::now(); }

    // `desk`: null without JetStream. `e`: borrowed, and changed with the endpoint's settings. `fetched`: one has come,
    // or was gone.
    endpoint_retries(line_links& l, retry_desk* desk, const endpoint_ptr& e, std::function<void()> fetched);

    // Whether messages may be moved there: not without JetStream, nor in strict order.
    bool used() const { return desk_ != nullptr && endpoint_->order != ordering::strict; }
    bool contains(retry_id id) const { return queue_.contains(id); }
    // As retry_queue.
    bool contains(retry_id id, std::int64_t event_ns) const { return queue_.contains(id, event_ns); }
    bool holds(std::string_view key) const { return queue_.holds(key); }
    std::size_t size() const { return queue_.size(); }
    std::size_t kept() const { return kept_.size(); }  // in hand, see store()
    // A message of the same number is fetched or under way: the stream has lost its end.
    bool tries_another(const parcel& p) const;
    // Since when the oldest attempt of one that was fetched is under way. The latest time when none is.
    time_point attempted_since() const;
    // None is fetched or under way.
    bool idle() const { return tried_.empty(); }
    // When the next may be fetched; nothing while enough are.
    std::optional<wall_time> next_due() const;
    // As in retry_queue; not while enough are fetched.
    bool waits_for_reader() const;
    // How long the first that could be tried has waited for that.
    std::chrono::milliseconds overdue() const;

    // Written by an owner before us. `held`: its message is in hand, and it goes with it. `loading`: before anything
    // was read.
    void found(retry_id id, retry_queue::entry e, bool held, bool loading);
    void remove(std::uint64_t stored) { desk_->remove(stored); }

    // Fetches what is due, `most` at a time and as many as the endpoint has slots; `passed` as in retry_queue::take.
    void fetch(std::size_t most, retry_id passed);
    // A fetched one to be tried now; null: there is none.
    parcel* next();
    // Stores it, to be tried at `due`; then calls `over`. No: there was no room for it, it is kept in hand and tried
    // from there; its parcel must stay, or be forgotten with all that are kept.
    using on_over = std::function<void(bool stored)>;
    void store(parcel& p, wall_time due, bool unreachable, on_over over);
    // One that is kept and waits for long yet, to be stored after all; null: none, or not now. Then it is as if it had
    // been tried: to be stored.
    parcel* to_store(runtime::time_point now);
    wall_time due(const parcel& p) const { return queue_.due(id_of(p)); }
    bool unreachable(const parcel& p) const { return queue_.unreachable(id_of(p)); }
    // Those that are kept are not here any more; in the order of the stream. None of them is being tried or stored.
    std::vector<parcel*> forget_kept();
    // The endpoint can be reached again.
    void hasten();
    // Pre: it comes from here, or is kept. The endpoint could not take it: it stays where it is. The parcel is gone,
    // unless it is kept.
    void put_back(parcel& p);
    void put_all_back();
    // Its message is in hand no more: what was found of it meanwhile may be tried.
    void let_go(retry_id id) {
        if (queue_.contains(id)) queue_.put_back(id);
    }
    // Its message needs no further try, if it is here at all.
    void settle(retry_id id);
    // Pre: it comes from here.
    void drop(parcel& p);

  private:
    retry_desk::address address_of(retry_id id) const {
        return {identity_of(*endpoint_), id, endpoint_->source_stream};
    }
    static retry_id id_of(const parcel& p) { return p.retry.value_or(retry_id{p.what->incarnation, p.what->sequence}); }
    bool may_fetch() const;
    void was_stored(retry_id id, parcel& p, std::uint64_t as);
    void fetched(retry_id id, event_ptr e, std::string key);
    bool settled_perhaps() const;
    void note_gone(retry_id id);
    void write(parcel& p, wall_time due, on_over over);

    line_links& links_;
    retry_desk* desk_;
    const endpoint_ptr& endpoint_;
    std::function<void()> on_fetched_;
    observe::counter gone_;
    retry_queue queue_;
    std::map<retry_id, std::unique_ptr<parcel>> tried_;  // fetched
    std::map<retry_id, parcel*> kept_;                   // in hand
    runtime::time_point store_kept_at_{}, found_at_{};   // found_at_: while loading, or the first
    std::list<parcel*> ready_;                           // of both, to be tried now
    std::size_t fetching_ = 0, bytes_ = 0;               // bytes: of what is fetched or being fetched
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
