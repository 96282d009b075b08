// One life of a connection to one NATS server: a natsConnection in event-loop mode that is dialled once, is never
// reconnected by cnats, and whose end is final. bus::connection dials another one after each loss (docs/adr/0019).
#pragma once

#include <atomic>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/link/loop_gate.hpp"

struct __natsConnection;

namespace tidings::bus {

class link_listener {
  public:
    virtual ~link_listener() = default;
    virtual void received() = 0;  // subscriptions may have messages now
    virtual void lost() = 0;      // at most once; the link is unusable from now on
};

class server_link : public std::enable_shared_from_this<server_link> {
  public:
    // `socket` belongs to cnats; the link duplicates it for the loop. Throws system_error when out of descriptors.
    server_link(std::shared_ptr<loop_gate> gate, __natsConnection* nc, int socket);
    ~server_link();
    server_link(const server_link&) = delete;
    server_link& operator=(const server_link&) = delete;

    // All on the loop's thread:
    __natsConnection* nats() const { return nc_; }
    void start(runtime::asio::io_context& ctx, link_listener& listener);
    std::string error() const;  // the last one that the server or the network reported; empty when none
    std::vector<std::string> discovered_servers() const;
    std::string url() const;  // of the server, without a login
    // Sends what goes without waiting, then closes. Call it exactly once: on the loop or, before start(), on any
    // thread.
    void close();

    // Under cnats' lock, from any thread:
    void want_write(bool wanted);
    void stop_reading();
    void detached();

  private:
    void await_readable();
    void await_writable();
    void write_now();
    void report_loss();

    std::shared_ptr<loop_gate> gate_;
    __natsConnection* nc_;
    [[maybe_unused]] int theirs_;  // for cnats from 3.9.2 only
    int ours_;  // a duplicate, since Asio closes its descriptor and cnats its socket; -1 once the descriptor has it
    std::optional<runtime::asio::posix::basic_stream_descriptor<runtime::executor>> descriptor_;
    link_listener* listener_ = nullptr;
    std::atomic<bool> write_wanted_ = false;
    std::atomic<bool> detached_ = false;
    bool awaiting_writable_ = false;
};

// Owns a link until it is adopted: closes it otherwise.
class adoptable_link {
  public:
    adoptable_link() = default;
    explicit adoptable_link(std::shared_ptr<server_link> link) : link_(std::move(link)) {}
    ~adoptable_link() {
        if (link_) link_->close();
    }
    adoptable_link(adoptable_link&&) noexcept = default;
    adoptable_link& operator=(adoptable_link&& other) noexcept {
        std::swap(link_, other.link_);
        return *this;
    }

    explicit operator bool() const { return link_ != nullptr; }
    std::shared_ptr<server_link> adopt() { return std::move(link_); }

  private:
    std::shared_ptr<server_link> link_;
};

}  // namespace tidings::bus
