// What a bus::connection is made of: the link of the moment, what has to be set up again on the next one, and who wants
// to know. Private to the room. Everything here runs on the loop.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <unordered_set>

#include "bus/connection/inbox_router.hpp"
#include "bus/link/dial.hpp"
#include "bus/link/server_urls.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"

struct __natsSubscription;

namespace tidings::bus {

struct subscription_closer {
    void operator()(__natsSubscription* s) const;
};
using owned_subscription = std::unique_ptr<__natsSubscription, subscription_closer>;

struct connection::subscription::state {
    std::weak_ptr<connection::state> owner;
    std::string subject, queue;
    std::function<void(message)> on_message;
    owned_subscription nats;  // none while disconnected
};

// "_INBOX.<unique>."
std::string unique_inbox_prefix();

// Somebody who waits for one message, or for the news that it cannot come any more.
struct answer_waiter {
    explicit answer_waiter(runtime::executor ex) : timer(ex) {}
    void finish(boost::system::result<message> r);

    runtime::steady_timer timer;
    std::optional<boost::system::result<message>> answer;
};

struct connection::state : std::enable_shared_from_this<connection::state>, link_listener {
    struct listener {
        std::weak_ptr<void> while_alive;
        bool tied = false;  // to while_alive; else for as long as the connection
        std::function<void()> call;
    };
    class question;

    state(runtime::asio::io_context& loop, connection_options o);

    void start_dialling();
    void lose_patience();
    void shut();
    bool usable() const { return link != nullptr; }

    boost::system::error_code send(std::string_view subject, std::string_view reply, std::string_view payload);
    boost::system::error_code send(std::string_view subject, std::string_view reply, const headers& h,
                                   std::string_view payload);
    // The same for what wants an answer at `inbox`: when nobody listens, a status 503 comes there.
    boost::system::error_code ask(std::string_view subject, const std::string& inbox, const headers& h,
                                  std::string_view payload);
    void subscribe_now(subscription::state& s);
    void end_inbox_at_server();
    runtime::task<bool> echo(std::string_view subject, answer_waiter& waiter, std::chrono::milliseconds limit);
    void forget(const subscription::state& s);

    void received() override;
    void lost() override;

    static void add(std::vector<listener>& listeners, listener l);
    static void tell(std::vector<listener>& listeners);

    runtime::asio::io_context& ctx;
    connection_options options;
    server_list servers;
    std::vector<std::string> discovered;
    std::shared_ptr<loop_gate> gate;
    runtime::asio::executor_work_guard<runtime::executor> work;  // the loop has something to do while a thread dials
    runtime::backoff pauses;
    runtime::steady_timer pause;
    runtime::steady_timer patience;  // for the first dial: who hears nothing at all must not stay silent
    runtime::outage away;
    runtime::steady_timer burial;
    bool burial_due = false;

    std::shared_ptr<server_link> link;  // null while disconnected
    bool announced = false;             // to the listeners
    std::uint64_t connects = 0;
    std::size_t max_payload = std::size_t{1} << 20;
    std::string last_error;

    // Streams that have held a message on this connection: see jetstream::fetch().
    std::unordered_set<std::string> used_streams;

    inbox_router inboxes;
    owned_subscription inbox_subscription;
    std::vector<std::shared_ptr<subscription::state>> subscriptions;
    std::unordered_set<answer_waiter*> waiters;
    std::vector<listener> connected_listeners, disconnected_listeners;

  private:
    void redial();
    void tell_away(const std::string& reason);
    void tell_connected();
    void drop_link();
    void adopt(dialled d);
    bool subscribe_all();
    template <class Handler>
    void drain(__natsSubscription* from, const Handler& handle);
    void bury_soon();
    // cnats takes NUL-terminated text; these two keep their memory.
    std::string subject_text_, reply_text_;
};

}  // namespace tidings::bus
