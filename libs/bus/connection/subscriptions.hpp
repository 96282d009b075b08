// The subscriptions of a connection: put in force on every new link, and read by the loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/connection/message.hpp"

struct __natsConnection;
struct __natsSubscription;

namespace tidings::bus {

struct subscription_destroyer {
    void operator()(__natsSubscription* s) const;
};

struct wanted_subscription {
    std::string subject, queue;  // `queue` empty: none
    std::function<void(message)> on_message;
    std::unique_ptr<__natsSubscription, subscription_destroyer> active;  // null while disconnected
};

class subscriptions {
  public:
    // Null `nc`: it comes into force with the next link.
    void add(std::shared_ptr<wanted_subscription> s, __natsConnection* nc);
    void remove(const wanted_subscription& s);

    // On a new link. False when the link is lost already.
    bool activate(__natsConnection* nc);
    void deactivate();
    void clear() { all_.clear(); }

    // Hands over what has arrived. A handler may add and remove subscriptions, or end the connection. `on_status`: a
    // "no responders" status has arrived, at its place in the order of messages.
    void dispatch(const std::function<void()>& on_status);

  private:
    void drop_removed();

    std::vector<std::shared_ptr<wanted_subscription>> all_;  // null: removed during dispatch()
    bool dispatching_ = false;
};

}  // namespace tidings::bus
