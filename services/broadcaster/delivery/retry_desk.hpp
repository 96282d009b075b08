// The messages of one shard in stream WEBHOOK_RETRIES, on subject
//   webhooks.retries.<shard>.<endpoint>.<incarnation of the source stream>.<sequence in it>
// one message each: the event with its headers, and how often it was tried. What is written waits until the stream has
// it; what is removed is removed exactly. An owner that was replaced meanwhile can overwrite nothing: each write names
// the message that it replaces.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/ordered_consumer.hpp"
#include "bus/jetstream/publisher.hpp"
#include "delivery/event.hpp"
#include "domain/retry_queue.hpp"
#include "runtime/lifetime.hpp"

namespace tidings::broadcaster {

class retry_desk {
  public:
    struct found {
        std::string endpoint;
        retry_id id;
        retry_queue::entry entry;
    };
    struct options {
        std::uint32_t shard = 0;
        std::string epoch;                 // of this ownership
        std::function<void()> on_missing;  // the stream is not there
    };
    retry_desk(runtime::asio::io_context& ctx, bus::connection& c, options o);
    ~retry_desk();

    // Tells what the stream holds, then `loaded` once; and later what another than us has written to it.
    void load(std::function<void(found)> on_found, std::function<void()> loaded);

    struct address {
        std::string endpoint;
        retry_id id;
        std::string stream;  // the source
    };
    // Writes until the stream has it; `stored`: as which message. `replaces`: as retry_queue::entry::stored.
    void store(address where, const retry_queue::entry& e, event_ptr what, std::function<void(std::uint64_t)> stored);
    // Null: it is not there any more.
    void fetch(address where, std::uint64_t stored, std::function<void(event_ptr)> done);
    void remove(std::uint64_t stored);

  private:
    struct write;
    std::string subject_of(const address& a) const;
    void send(const std::shared_ptr<write>& w);
    void answered(const std::shared_ptr<write>& w, const bus::publish_ack& ack);
    void again(const std::shared_ptr<write>& w);
    runtime::task<> adopt(std::shared_ptr<write> w);
    runtime::task<> fetch_now(address where, std::uint64_t stored, std::function<void(event_ptr)> done);
    runtime::task<> remove_now(std::uint64_t stored);
    void saw(const bus::message& m, std::uint64_t sequence, const std::function<void(found)>& on_found) const;
    void spawn(runtime::task<> t);

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    options o_;
    bus::publisher publisher_;
    std::unique_ptr<bus::ordered_consumer> watch_;
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
