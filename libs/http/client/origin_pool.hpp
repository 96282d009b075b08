// The connections of one origin: who is busy, who is free, whose time is over.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "http/client/origin.hpp"
#include "http/client/origin_addresses.hpp"
#include "http/client/origin_connection.hpp"

namespace tidings::http {

class origin_pool : public std::enable_shared_from_this<origin_pool> {
  public:
    // `headers`, when given, receives the headers of each response before its `done` is called.
    origin_pool(runtime::asio::io_context& ctx, const url_parts& where, origin_options options,
                std::chrono::milliseconds idle_limit = std::chrono::seconds(60), header_list* headers = nullptr);

    // As origin::send, and after shut_down() answered `cancelled`.
    void send(std::string_view bytes, runtime::duration deadline, origin::on_reply done);
    std::size_t in_flight() const { return busy_.size(); }
    std::size_t idle() const { return idle_.size(); }
    std::size_t capacity() const { return options_.connections; }
    void cancel();
    // cancel(), and nothing after it. Must be called before the last owner lets go.
    void shut_down();

    // For its connections:
    origin_addresses& addresses() { return *addresses_; }
    bool may_connect_to(const runtime::asio::ip::address& a) const;
    // The exchange of `c` has ended with `r`; `reusable`: `c` can take another.
    void ended(origin_connection& c, reply& r, bool reusable);
    // The idle connection `c` is of no use any more.
    void dropped(origin_connection& c);
    // The peer has sent what nobody asked for. That may also come just after a look at the connection, and would pass
    // for an answer: for a while no connection is used twice.
    void distrust();
    // The kept-alive connection `c` was closed by the peer: its exchange goes to a new one.
    void replace(origin_connection& c);

  private:
    using connection_ptr = std::shared_ptr<origin_connection>;

    connection_ptr make_connection();
    connection_ptr take_idle();
    void begin(connection_ptr c, exchange e);
    connection_ptr take_busy(origin_connection& c);
    void watch_deadlines();
    void end_overdue();
    void watch_idle();
    void close_unused();

    runtime::executor ex_;
    std::string host_;
    origin_options options_;
    std::chrono::milliseconds idle_limit_;
    header_list* headers_;
    std::optional<runtime::asio::ssl::context> tls_;
    std::shared_ptr<origin_addresses> addresses_;
    std::vector<connection_ptr> busy_;
    std::vector<connection_ptr> idle_;  // the one used last at the back: it is the hottest
    runtime::steady_timer deadline_timer_;
    runtime::steady_timer idle_timer_;
    runtime::time_point trusted_from_{};
    bool watching_deadlines_ = false;
    bool watching_idle_ = false;
    bool shut_down_ = false;
};

}  // namespace tidings::http
