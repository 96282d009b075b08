// The messages of one shard in stream WEBHOOK_RETRIES, on subject
//   webhooks.retries.<shard>.<endpoint>.<incarnation of the source stream>.<sequence in it>
// one message each: the event with its headers, and how often it was tried. A replayed dead letter has incarnation 0.
// What is written waits until the stream has it; what is removed is removed exactly. An owner that was replaced
// meanwhile can overwrite nothing: each write names the message that it replaces.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/publisher.hpp"
#include "delivery/event.hpp"
#include "delivery/retry_watch.hpp"
#include "domain/retry_queue.hpp"
#include "runtime/lifetime.hpp"
#include "runtime/outage.hpp"

namespace tidings::broadcaster {

class retry_desk {
  public:
    using found = retry_watch::found;
    struct options {
        std::string shard;                 // shard_name
        std::string epoch;                 // of this ownership
        std::function<void()> on_missing;  // the stream is not there
    };
    // `reads`: what waits is read there, so that many of them are not in front of what is written to `c` and its
    // answers.
    retry_desk(runtime::asio::io_context& ctx, bus::connection& c, bus::connection& reads, options o);
    ~retry_desk();

    // As retry_watch's handlers.
    void load(std::function<void()> on_start, std::function<void(found)> on_found, std::function<void()> loaded);

    struct address {
        std::string endpoint;  // its identity (identity_of)
        retry_id id;
        std::string stream;  // the source
    };
    // Writes until the stream has it; `stored`: as which message. 0: it has no room for one that it does not have yet.
    // `fetched`: from there: then it is as it was stored before, though that may be lost and has to be read from its
    // source.
    void store(address where, const retry_queue::entry& e, event_ptr what, bool fetched,
               std::function<void(std::uint64_t)> stored);
    // Gives the event with its key. If the stream was deleted, or the message purged from it, it comes from its source,
    // without its key. `settled_perhaps`: an owner before us may have removed it, being done with it. Null: it is not
    // there any more.
    using on_fetched = std::function<void(event_ptr, std::string key)>;
    void fetch(address where, std::uint64_t stored, bool settled_perhaps, on_fetched done);
    void remove(std::uint64_t stored);

  private:
    struct write;
    std::string subject_of(const address& a) const;
    void send(const std::shared_ptr<write>& w);
    void answered(const std::shared_ptr<write>& w, const bus::publish_ack& ack);
    void note_delay(const write& w, const std::string& why);
    void note_refusal(const write& w, const std::string& why);
    void again(const std::shared_ptr<write>& w);
    runtime::task<> adopt(std::shared_ptr<write> w);
    runtime::task<> fetch_now(address where, std::uint64_t stored, bool settled_perhaps, on_fetched done);
    runtime::task<> note_stream();
    std::uint32_t stream_known() const;  // as fetch_known has it
    runtime::task<bus::result<event_ptr>> event_in_source(address where, bool settled_perhaps);
    void spawn(runtime::task<> t);

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    bus::connection& reads_;
    options o_;
    bus::publisher publisher_;
    std::unique_ptr<retry_watch> watch_;
    std::string created_;           // the stream, when it was loaded
    std::set<std::uint64_t> lost_;  // with it, and read again: their numbers
    runtime::outage refusals_;      // told at intervals, each reason
    runtime::outage delays_;
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
