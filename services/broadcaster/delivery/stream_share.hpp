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
#include "domain/shard_progress.hpp"
#include "domain/shard_record.hpp"
#include "domain/subscriptions.hpp"
#include "reading/stream_reader.hpp"

namespace tidings::broadcaster {

// Who owns a share. Called on the loop.
class share_owner {
  public:
    virtual ~share_owner() = default;
    virtual bool may_send() const = 0;
    // The shared reader may have been waiting for it.
    virtual void room_freed() = 0;
    virtual void new_stream(const std::string& stream, const bus::stream_info& now) = 0;
};

class stream_share final : public line_owner {
  public:
    using slot = shard_progress::slot;

    // Everything below `at` is done for those that ride.
    stream_share(share_links& l, share_owner& owner, std::string stream, stream_position at);
    ~stream_share() override;

    // `own`: its own position, if it has one; `start`: it wants nothing from below. Throws std::invalid_argument.
    slot add(const endpoint& e, retry_desk* desk, std::optional<std::uint64_t> own, std::uint64_t start);
    endpoint_line* find(const std::string& endpoint_name);
    const std::string& stream() const { return stream_; }
    const std::string& created() const { return created_; }
    std::uint32_t incarnation() const { return incarnation_; }
    std::uint64_t head() const { return progress_.head(); }

    // The shared reader's message, at or above head(). False: an endpoint has no room for it now. Those that have it
    // keep it.
    bool offer(incoming& in);
    // There is nothing below `next`.
    void passed(std::uint64_t next) { progress_.passed(next); }
    // Endpoints that keep the shared reader waiting leave it, if others have nothing to do meanwhile.
    bool others_wait() const;
    void part_with_the_full();

    // Every now and then: who leaves the shared reader, who reads alone, who comes back.
    void tick();
    // The stream was made anew: everything begins at `at`. What is in hand stays.
    void restart(stream_position at);

    // The position to write, further than the last; the write is then under way.
    std::optional<std::uint64_t> next_write() { return progress_.next_shard_write(); }
    void written() { progress_.shard_stored(); }
    struct own_write_of {
        slot endpoint;
        std::string name;
        std::optional<endpoint_position> position;
    };
    std::vector<own_write_of> next_own_writes();
    void own_written(slot endpoint, std::uint32_t incarnation);
    std::uint64_t position() const { return progress_.position(); }

    struct rider {
        rider(const line_links& l, const endpoint& e, line_owner& o, retry_desk* desk, slot n)
            : line(l, e, o, desk), number(n) {}
        endpoint_line line;
        slot number;
        std::unique_ptr<stream_reader> reader;  // while it reads alone and may
    };
    const std::vector<std::unique_ptr<rider>>& riders() const { return riders_; }
    // The first event that was not read for it.
    std::uint64_t next(slot n) const;
    bool reads_alone(slot n) const { return progress_.of(n).reads_alone(); }
    bool busy() const;
    void close();

  private:
    void settled(endpoint_line& line, const event& e) override;
    void changed(endpoint_line& line) override;
    bool may_send() const override { return owner_.may_send(); }
    retry_id passed(const endpoint_line& line) const override;

    rider& rider_of(const endpoint_line& line) const;
    void look_after(rider& r);
    void look_after_alone(rider& r);
    bool keeps_up(const rider& r) const;
    void open_reader(rider& r);
    bool read_alone(rider& r, bus::delivery& d);
    void moved_on(rider& r, std::uint64_t next);

    share_links& links_;
    share_owner& owner_;
    std::string stream_, created_;
    std::uint32_t incarnation_;
    shard_progress progress_;
    subscriptions index_;
    std::vector<std::unique_ptr<rider>> riders_;  // by slot
    std::unordered_map<const endpoint_line*, slot> slots_;
    std::unordered_map<std::string, slot> names_;
    std::unordered_set<slot> restless_;  // not merely riding with nothing in hand
    std::vector<slot> wanting_;          // keeps its memory
};

}  // namespace tidings::broadcaster
