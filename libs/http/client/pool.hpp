// The connections of one origin and their timers. What becomes of a connection is pool_policy's decision; who may send
// how much at a time is for the callers.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "http/client/connection.hpp"
#include "http/client/connection_room.hpp"
#include "http/client/pool_policy.hpp"

namespace tidings::http::client {

// Identifies an origin: only requests that agree on all of this share connections.
struct pool_key {
    std::string scheme;
    std::string host;
    std::uint16_t port = 0;
    bool verify_tls = true;
    std::string ca_file;
    bool allow_private_addresses = false;
    auto operator<=>(const pool_key&) const = default;
};

class pool final : public std::enable_shared_from_this<pool>, private connection_owner {
  public:
    // Throws boost::system::system_error when the key's ca_file cannot be read.
    // `room`: shared with other pools; null: it has all that it needs.
    pool(const runtime::executor& ex, const pool_key& key, runtime::duration idle_limit = std::chrono::seconds(60),
         std::shared_ptr<connection_room> room = nullptr);
    ~pool();
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;

    // As origin::send, without a limit to how many are in flight. After shut_down() it ends with `cancelled`. `sender`
    // counts its own; it must cancel them before it goes.
    void send(request_bytes bytes, runtime::duration deadline, std::size_t response_limit, origin::on_reply done,
              std::size_t* sender = nullptr);
    std::size_t in_flight() const { return in_flight_; }
    std::size_t idle() const { return policy_.idle(); }
    void add_idle_times(std::vector<runtime::time_point>& all) const { policy_.add_idle_times(all); }
    void close_idle_since(runtime::time_point then);
    client::addresses& addresses() { return *context_.addresses; }
    // Ends all exchanges in flight (of one sender), but not those that `done` starts meanwhile.
    void cancel(const std::size_t* sender = nullptr);

    // It lives on its own until the last that joined it has parted, or it has not been used for `idle_limit`; then it
    // is shut down, and `ended` is called.
    void live(std::function<void()> ended);
    void join() { ++joined_; }
    void part();
    // Without the loop, which ends: nothing is reported.
    void abandon() { self_.reset(); }
    // cancel(), and nothing after it. Must be called before the last owner releases the pool.
    void shut_down();

  private:
    using connection_ptr = std::shared_ptr<connection>;

    void exchange_ended(connection& c, reply& r, const exchange_end& end) override;
    void idle_ended(connection& c, idle_state seen) override;

    connection& usable_connection(runtime::time_point at);
    connection& open();
    void close(std::size_t slot);
    void follow(const known_addresses::list& known);
    template <class Condition>
    std::vector<connection_ptr> connections_that(Condition holds) const;
    void watch_deadlines();
    void watch_idle();
    void end();

    std::optional<runtime::asio::ssl::context> tls_;
    connection_context context_;
    pool_policy policy_;
    std::vector<connection_ptr> slots_;  // null: free
    std::vector<std::size_t> free_slots_;
    std::size_t in_flight_ = 0;
    runtime::duration idle_limit_;
    runtime::time_point last_used_{};
    std::size_t joined_ = 0;
    std::shared_ptr<pool> self_;  // while it lives on its own
    std::function<void()> ended_;
    runtime::steady_timer deadline_timer_;
    runtime::steady_timer idle_timer_;
    std::optional<std::size_t> answering_;  // the slot of the response that its caller is being told of
    bool watching_deadlines_ = false;
    bool watching_idle_ = false;
    bool shut_down_ = false;
};

}  // namespace tidings::http::client
