// One shard while this process owns it: its endpoints, by the streams that they read, and the positions to be written.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "delivery/retry_desk.hpp"
#include "delivery/stream_share.hpp"
#include "delivery/stream_source.hpp"
#include "domain/takeover.hpp"
#include "reading/position_store.hpp"

namespace tidings::broadcaster {

using stream_sources = std::map<std::string, std::unique_ptr<stream_source>>;

class shard final : public share_owner {
  public:
    struct parts {
        share_links& links;
        stream_sources& sources;
        position_store& store;
        bus::connection& publishes;
        std::string name;                          // shard_name
        std::function<void()> on_missing_retries;  // stream WEBHOOK_RETRIES is not there
        std::function<void()> on_due;              // the record should be written now, if it has moved()
    };
    // `record`: as it was written when the shard was taken over.
    shard(parts p, shard_record record);
    ~shard() override;

    // Delivers from a stream; the record then names it. Nothing is read before start().
    void open(const stream_opening& o);
    // Loads the retries that wait, and reads.
    void start();

    // Whether a stream is open, and how far the endpoints that ride have read it.
    const stream_share* share_of(const std::string& stream) const;
    // An endpoint whose stream is open. The bucket has `own`, if it has one.
    void add(const stream_opening::beginner& b);
    bool has(const std::string& identity) const { return find(identity) != nullptr; }
    // Of that name, whatever its identity.
    bool has_endpoint(std::string_view name) const;
    // Of the same identity and stream. Pre: has().
    void change(endpoint_ptr e);
    // What is known of it stays; nothing is delivered to it.
    void suspend(const std::string& identity);
    // It was deleted: nothing of it counts; what the bucket has of it stays. How many messages waited for a retry.
    std::size_t remove(const std::string& identity);
    endpoint_line* find(const std::string& identity) const;
    bool loaded() const { return loaded_; }
    // Those of whom messages wait for a retry, and who are not here.
    std::set<std::string> unclaimed() const;

    // The lease: nothing is sent after it. Nor before all retries that wait are loaded: only then is the first of a key
    // known.
    void hold_until(runtime::time_point t);
    bool may_send() const override { return loaded_ && runtime::now() < held_until_; }

    void tick();
    // Whether positions have moved since the record was written; record() then has them, and that write is under way.
    bool moved();
    const shard_record& record() const { return record_; }
    void written();
    // Before close(), after which nobody is delivered to: those whom an answer keeps waiting end. Whether nothing of
    // those is under way; to be called every now and then.
    bool end_the_slow();
    void go_on();  // it is not handed over after all
    // Takes nothing more in; what is in hand goes on.
    void close();
    // Nor does that: what is under way ends.
    void end();
    // Whether nothing is under way, and the endpoints' own positions are stored.
    bool settled();
    // The record to leave behind, once it is settled.
    shard_record released() const;

    const std::map<std::string, std::unique_ptr<stream_share>>& shares() const { return shares_; }

  private:
    void room_freed(stream_share& s) override;
    void positions_due() override;
    void new_stream(const std::string& stream, const bus::stream_info& now) override;
    void found(retry_desk::found f);
    struct own_write_under_way {
        stream_share* share;     // null: the endpoint, or its stream, is not here any more
        std::uint32_t restarts;  // of the share, then
        stream_share::own_write_of what;
        bool again = false;  // perhaps not stored: to be repeated as it was
        bool ended() const { return share != nullptr && share->restarts() != restarts; }
    };
    void claim();
    void close_stream(const std::string& stream);
    void write_own_positions();
    void write_own(std::list<own_write_under_way>::iterator w);

    parts p_;
    shard_record record_;
    retry_desk desk_;
    std::map<std::string, std::unique_ptr<stream_share>> shares_;
    // Whose positions are being written, and its restarts then.
    std::vector<std::pair<stream_share*, std::uint32_t>> under_way_;
    std::list<own_write_under_way> own_writes_;
    std::vector<retry_desk::found> unclaimed_;  // of endpoints that are not here, or not yet
    runtime::time_point held_until_{};
    bool loaded_ = false;  // the retries that waited
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
