// The reader of one stream that all shards of this process share: it reads each event once, and hands it to the shards
// that ride on it. A shard that was just taken over reads alone until it has come as far.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "delivery/stream_share.hpp"
#include "runtime/lifetime.hpp"

namespace tidings::broadcaster {

class stream_source {
  public:
    stream_source(share_links& l, std::string stream) : links_(l), stream_(std::move(stream)) {}
    stream_source(const stream_source&) = delete;
    stream_source& operator=(const stream_source&) = delete;

    // From its position on. The share must be detached before it ends.
    void attach(stream_share& s);
    void detach(stream_share& s);
    // An endpoint of the share may have room again.
    void room_freed(const stream_share& s);
    // Every now and then.
    void tick();
    // The stream is another one than before: everything begins at its beginning.
    void new_stream(const bus::stream_info& now);
    // Why nothing can be read just now; empty while it can.
    std::string trouble() const;
    // Why events may go before endpoints have them, though the stream is read; empty: they may not.
    const std::string& warning() const { return warning_; }

  private:
    struct seat {
        stream_share* share;
        std::unique_ptr<stream_reader> alone;  // until it has come as far as the shared reader
    };
    void resume();
    void start(std::uint64_t from);
    void catch_up(seat& s);
    bool offer(bus::delivery& d);
    bool offer_alone(stream_share& s, bus::delivery& d, event_ptr& known);
    void passed(std::uint64_t next);
    void came_as_far(stream_share& s);
    void gone(std::uint64_t first, std::uint64_t next) const;
    std::uint64_t wanted_from() const;
    runtime::task<> skip_unwanted();
    void look_now_and_then();
    runtime::task<> look_for_faults();
    std::size_t room() const;
    seat* seat_of(const stream_share& s);

    share_links& links_;
    std::string stream_;
    std::vector<std::unique_ptr<seat>> seats_;
    std::unique_ptr<stream_reader> reader_;
    std::uint64_t next_ = 0;                 // where the shared reader goes on
    std::uint64_t to_come_ = 0;              // messages of the stream beyond that, as far as is known
    event_ptr waiting_;                      // taken by some, while another has no room for it
    const stream_share* blocked_ = nullptr;  // has an endpoint that has not
    std::chrono::steady_clock::time_point waiting_since_{};
    std::chrono::steady_clock::duration waited_{};  // since the last tick
    bool skipping_ = false, looking_ = false;
    std::chrono::steady_clock::time_point looked_at_{};
    std::string warning_;
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
