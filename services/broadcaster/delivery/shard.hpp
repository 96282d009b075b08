// One shard while this process owns it: its endpoints, by the streams that they read, and the positions to be written.
#pragma once

#include <list>
#include <map>
#include <memory>
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
        std::uint32_t number;
        std::function<void()> on_missing_retries;  // stream WEBHOOK_RETRIES is not there
    };
    // `record`: as it was written when the shard was taken over.
    shard(parts p, shard_record record);
    ~shard() override;

    // Delivers from a stream; the record then names it. Nothing is read before start().
    void open(const stream_opening& o);
    // Loads the retries that wait, and reads.
    void start();

    // The lease: nothing is sent after it.
    void hold_until(runtime::time_point t) { held_until_ = t; }
    bool may_send() const override { return runtime::now() < held_until_; }

    void tick();
    // Whether positions have moved since the record was written; record() then has them, and that write is under way.
    bool moved();
    const shard_record& record() const { return record_; }
    void written();
    // Takes nothing more in; what is in hand goes on.
    void close();
    bool busy() const;
    // The record to leave behind, once nothing is busy.
    shard_record released() const;

    const std::map<std::string, std::unique_ptr<stream_share>>& shares() const { return shares_; }

  private:
    void room_freed() override;
    void new_stream(const std::string& stream, const bus::stream_info& now) override;
    void found(retry_desk::found f);
    struct own_write_under_way {
        stream_share* share;
        std::uint32_t incarnation;
        stream_share::own_write_of what;
        bool again = false;  // perhaps not stored: to be repeated as it was
    };
    void write_own_positions();
    void write_own(std::list<own_write_under_way>::iterator w);

    parts p_;
    shard_record record_;
    retry_desk desk_;
    std::map<std::string, std::unique_ptr<stream_share>> shares_;
    std::vector<std::pair<stream_share*, std::uint32_t>> under_way_;  // whose positions are being written
    std::list<own_write_under_way> own_writes_;
    std::vector<retry_desk::found> unclaimed_;  // of endpoints that are not here, or not yet
    runtime::time_point held_until_{};
    bool loaded_ = false;  // the retries that waited
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
