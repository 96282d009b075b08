// What one shard delivers of one stream: its endpoints, and how far each has come. Endpoints ride on the reader that
// all shards of this process share while they keep up; who falls behind, or is paused, reads alone from a position of
// its own.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "delivery/endpoint_line.hpp"
#include "delivery/incoming.hpp"
#include "delivery/share_links.hpp"
#include "domain/delivery_pace.hpp"
#include "domain/gap_count.hpp"
#include "domain/lag_trend.hpp"
#include "domain/shard_progress.hpp"
#include "domain/shard_record.hpp"
#include "domain/subscriptions.hpp"
#include "reading/stream_reader.hpp"

namespace tidings::broadcaster {

class stream_share;

// Who owns a share. Called on the loop.
class share_owner {
  public:
    virtual ~share_owner() = default;
    virtual bool may_send() const = 0;
    // The shared reader may have been waiting for it.
    virtual void room_freed(stream_share& s) = 0;
    // An endpoint has done much that the bucket does not know.
    virtual void positions_due() = 0;
    virtual void new_stream(const std::string& stream, const bus::stream_info& now) = 0;
};

class stream_share final : public line_owner {
  public:
    using slot = shard_progress::slot;

    // Everything below `at` is done for those that ride.
    stream_share(share_links& l, share_owner& owner, std::string stream, stream_position at);
    ~stream_share() override;

    // `own`: its own position, if it has one; `start`: it wants nothing from below; `counted`: as in shard_progress.
    // Throws std::invalid_argument.
    slot add(const endpoint_ptr& e, retry_desk* desk, std::optional<done_set> own, std::uint64_t start, bool counted);
    // Pre for these: it is here. Another filter counts for what is not read for it yet.
    void change(const std::string& identity, endpoint_ptr e);
    // It was deleted: what it has in hand is dropped, and nothing of it counts. No write of its position is under way.
    void remove(const std::string& identity);
    endpoint_line* find(const std::string& identity);
    bool empty() const { return names_.empty(); }
    const std::string& stream() const { return stream_; }
    const std::string& created() const { return created_; }
    std::uint32_t incarnation() const { return incarnation_; }
    std::uint64_t head() const { return progress_.head(); }

    // The shared reader's message, at or above head(). False: an endpoint has no room for it now. Those that have it
    // keep it.
    bool offer(incoming& in);
    // As shard_progress::part(), when all lines are closed.
    bool part() { return progress_.part(reader_seats::most); }
    // The shared reader's messages first .. next-1 are gone: who would have had them is told.
    void gone(std::uint64_t first, std::uint64_t next);
    // There is nothing below `next`.
    void passed(std::uint64_t next) { progress_.passed(next); }
    // The first event that those may want that ride or follow: there is none below; `nobody`: there are none. It may be
    // told a tick late that it is higher.
    static constexpr std::uint64_t nobody = UINT64_MAX;
    std::uint64_t wanted_from() const { return wanted_from_; }
    // The shared reader goes on there. Pre: not above wanted_from().
    void skip_to(std::uint64_t next) { progress_.skip_to(next); }
    // Endpoints that keep the shared reader waiting leave it, if others have had nothing to do for some time.
    bool others_wait() const;
    void part_with_the_full();

    // Every now and then: who leaves the shared reader, who reads alone, who comes back.
    void tick();
    // The stream was made anew: everything begins at `at`. What is in hand stays.
    void restart(stream_position at);
    std::uint32_t restarts() const { return restarts_; }

    // The position to write, further than the last; the write is then under way.
    std::optional<std::uint64_t> next_write() { return progress_.next_shard_write(); }
    void written();
    struct own_write_of {
        slot endpoint;
        std::string name;  // identity
        std::optional<endpoint_position> position;
    };
    std::vector<own_write_of> next_own_writes();
    // Whether more should be written at once.
    bool own_written(slot endpoint, std::uint32_t restarts);
    // It may have waited for the bucket.
    void go_on(slot endpoint);
    std::uint64_t position() const { return progress_.position(); }
    own_places own() const { return progress_.own(); }

    struct rider {
        rider(line_links& l, endpoint_ptr e, line_owner& o, retry_desk* desk, slot n)
            : line(l, std::move(e), o, desk, n), number(n) {}
        endpoint_line line;
        slot number;
        std::unique_ptr<stream_reader> reader;  // while it reads alone and may
        reader_seats::seat seat;                // for it
        runtime::time_point seated_at{};
        runtime::time_point rests_since{};  // unless it is restless
        bool fetching = false;              // one event, without a reader
        delivery_pace pace;
        runtime::time_point busy_since = runtime::time_point::max();  // while end_the_slow() looks
        gap_count gaps;
        lag_trend lag;              // while it does not ride
        std::uint64_t read_to = 0;  // by readers of its own
        runtime::lifetime alive;
        void leave_seat() {
            line.catches_up(false);
            reader.reset();
            seat.reset();
        }
    };
    template <class Use>
    void for_each_rider(Use use) const {
        for (const auto& r : riders_)
            if (r) use(*r);
    }
    // The first event that was not read for it.
    std::uint64_t next(slot n) const;
    bool busy() const;
    // Before close(): only those whom an answer keeps waiting end, and leave the shared reader; the others go on
    // meanwhile. Whether nothing of those is under way; to be called every now and then.
    bool end_the_slow();
    // Those that have ended go on: it is not handed over after all.
    void go_on();
    // Its stream was made anew, and the bucket is to be told of that before anything else.
    bool is_anew() const { return progress_.is_anew(); }
    void close();

  private:
    void settled(endpoint_line& line, const event& e) override;
    void changed(endpoint_line& line) override;
    bool may_send() const override { return owner_.may_send(); }
    retry_id passed(const endpoint_line& line) const override;
    bool to_be_read(const endpoint_line& line, retry_id id) const override;

    slot free_slot();
    void reader_goes_on_for(slot n) { wanted_from_ = std::min(wanted_from_, std::max(head(), next(n))); }
    void look_who_waits();
    bool look_after(rider& r);
    void look_after_alone(rider& r);
    std::size_t room_of(const rider& r) const;
    bool keeps_up(const rider& r) const;
    bool full(const rider& r) const { return room_of(r) == 0 || r.line.has_enough(); }
    void look_at_ages();
    runtime::duration age_of(const rider& r) const;
    bool late(const rider& r) const;
    bool holds_back(const rider& r) const;
    std::size_t room_to_ask_for(const rider& r) const;
    void read_on(rider& r);
    runtime::task<> fetch(slot n, std::weak_ptr<void> alive, std::uint64_t sequence);
    void open_reader(rider& r);
    bool read_alone(rider& r, bus::delivery& d);
    void moved_on(rider& r, std::uint64_t next);
    // False: that they are gone was found before.
    bool tell(rider& r, endpoint_window::range missing, event_ptr& gap);

    share_links& links_;
    share_owner& owner_;
    std::string stream_, created_;
    std::uint32_t incarnation_;
    std::uint32_t restarts_ = 0;
    shard_progress progress_;
    subscriptions index_;
    std::vector<std::unique_ptr<rider>> riders_;  // by slot; null: free
    std::vector<slot> free_;
    std::unordered_map<std::string, slot> names_;  // by identity
    std::unordered_set<slot> restless_;            // not merely riding with nothing in hand
    std::optional<slot> blocked_by_;               // had no room for the shared reader's message
    std::vector<slot> wanting_;                    // keeps its memory
    std::vector<runtime::duration> ages_;          // the same
    runtime::time_point looked_at_{};              // at their ages
    runtime::duration usual_age_{};                // of the oldest event in hand, among those that ride
    std::size_t ended_ = 0;                        // by end_the_slow()
    bool pressed_ = false;                         // one that rides waits for the bucket
    std::uint64_t wanted_from_ = nobody;
};

}  // namespace tidings::broadcaster
