// One connection to an origin: opened for its first exchange, used for one exchange after the other, closed once. It
// reads the bytes and reports what they came to; what follows from that is its owner's decision.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/client/addresses.hpp"
#include "http/client/connection_room.hpp"
#include "http/client/origin.hpp"
#include "http/client/pool_policy.hpp"
#include "http/client/response.hpp"
#include "http/client/stream.hpp"

namespace tidings::http::client {

// The arguments of one send().
struct exchange {
    request_bytes bytes;
    runtime::time_point started;
    runtime::time_point deadline;
    std::size_t response_limit = 0;  // bytes of the response's body that are kept
    origin::on_reply done;
    std::size_t* sender = nullptr;  // counts what it has in flight; null: nobody
};

class connection;

// Both are called from the loop, never from within start(); after connection::close() neither is.
class connection_owner {
  public:
    // The exchange of `c` ended. The owner takes it over, and then keeps `c` for another start() or closes it.
    virtual void exchange_ended(connection& c, reply& r, const exchange_end& end) = 0;
    // The idle connection `c` is of no use any more.
    virtual void idle_ended(connection& c, idle_state seen) = 0;

  protected:
    ~connection_owner() = default;
};

// What the connections of one origin share. Must outlive them.
struct connection_context {
    runtime::executor ex;
    std::string host;
    std::shared_ptr<client::addresses> addresses;
    runtime::asio::ssl::context* tls = nullptr;  // null: without TLS
    bool allow_private_addresses = false;
    std::shared_ptr<connection_room> room;  // null: nobody counts
};

class connection : public std::enable_shared_from_this<connection> {
  public:
    // `slot`: the owner's name for it.
    connection(connection_owner& owner, const connection_context& context, std::size_t slot);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    std::size_t slot() const { return slot_; }
    // The address that it is connected, or being connected, to.
    const std::optional<addresses::tcp::endpoint>& where() const { return where_; }
    // Pre: new, or kept after its last exchange ended.
    void start(exchange e);
    const exchange& current() const { return exchange_; }
    exchange take_exchange() { return std::exchange(exchange_, {}); }
    // An exchange has begun and not ended.
    bool under_way() const { return stage_ != stage::fresh && stage_ != stage::idle && stage_ != stage::closed; }
    bool overdue(runtime::time_point now) const;
    // Ends whichever is overdue: the exchange, or the attempt to connect to one of several addresses.
    void check_deadlines(runtime::time_point now);
    void cancel_exchange() { fail(transport_error::cancelled, "cancelled"); }
    // Pre: idle.
    idle_state look() { return stream_.look(); }
    // Pre: its exchange has just ended. Nothing more was there when the response was read.
    bool read_to_its_end() const { return read_to_its_end_; }
    void close();

  private:
    using error_code = boost::system::error_code;
    enum class stage { fresh, resolving, connecting, securing, idle, waiting, closed };

    static runtime::task<> run(std::shared_ptr<connection> self, addresses::list found);
    runtime::task<bool> connect(addresses::list found);
    runtime::task<error_code> connect_to(addresses::tcp::endpoint where, std::size_t left);
    runtime::task<bool> secure();
    void send_request();
    void write_rest();
    void was_read(const error_code& failure, std::size_t bytes);
    void parse();
    void malformed();
    void answered(bool cut, bool reusable, bool out_of_step);
    void lost(const error_code& failure);
    void fail(transport_error error, std::string_view reason, exchange_end::kind how = exchange_end::kind::failed);
    void end_exchange(reply& r, exchange_end end);
    std::string_view what_is_missing() const;  // at the deadline
    bool closed() const { return stage_ == stage::closed; }

    connection_owner* owner_;
    const connection_context& context_;
    std::size_t slot_;
    exchange exchange_;
    response response_;
    stage stage_ = stage::fresh;
    std::optional<addresses::tcp::endpoint> where_;
    bool starved_ = false;      // waits for a descriptor
    bool used_before_ = false;  // a whole response has come over it
    bool read_to_its_end_ = false;
    runtime::time_point address_deadline_ = runtime::time_point::max();
    request_bytes unsent_;  // not to be touched once closed
    std::string buffer_;
    std::size_t filled_ = 0;
    stream stream_;
};

}  // namespace tidings::http::client
