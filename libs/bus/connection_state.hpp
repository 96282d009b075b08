// The inside of bus::connection; see connection.hpp for the contract.
#pragma once

#include <nats/nats.h>

#include <list>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

#include "bus/connection.hpp"
#include "bus/socket_watch.hpp"

namespace tidings::bus {

// What cnats' own threads may still call after the connection is gone: it leads to the connection only as long as that
// lives.
struct callback_box {
    std::mutex mutex;
    runtime::asio::io_context* ctx = nullptr;  // null: nobody is interested any more
    std::weak_ptr<connection::state> owner;
};

struct connection::subscription::state {
    std::string subject, queue;
    std::function<void(message)> on_message;
    natsSubscription* handle = nullptr;
    ~state() {
        if (handle != nullptr) natsSubscription_Destroy(handle);
    }
};

struct connection::state : std::enable_shared_from_this<connection::state> {
    state(runtime::asio::io_context& c, connection_options o);

    void open();
    void close();
    void reopen_later();
    natsStatus try_open(natsOptions* o);
    void subscribe_all();
    void subscribe(subscription::state& s);
    void came_up();
    void went_down(std::string why);
    void drain();
    void drain(natsSubscription* from, const std::function<void(message)>& to);
    void arrived_at_inbox(message m);
    void free_messages_later();

    runtime::asio::io_context& ctx;
    connection_options options;
    std::shared_ptr<callback_box> box;
    std::shared_ptr<socket_watch> watch;
    natsConnection* nc = nullptr;
    natsSubscription* inbox = nullptr;
    std::string inbox_prefix;  // "_INBOX.<unique>."
    std::uint64_t next_token = 0;
    std::unordered_map<std::uint64_t, std::shared_ptr<inbox_handler>> inboxes;                 // by token
    std::map<std::string, std::shared_ptr<std::function<void(message)>>, std::less<>> claims;  // by reply prefix
    std::set<runtime::steady_timer*> requests;  // waiting for their answers
    std::list<std::weak_ptr<subscription::state>> subscriptions;
    std::vector<std::function<void()>> up_listeners, down_listeners;
    bool connected = false;
    bool ever_connected = false;
    std::uint64_t reconnects = 0;
    std::string last_error = "not connected yet";
    runtime::steady_timer reopen_timer, sweep_timer;
    bool sweeping = false;
};

}  // namespace tidings::bus
