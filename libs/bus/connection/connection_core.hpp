// The implementation of bus::connection. Internal to libs/bus; runs entirely on the loop.
#pragma once

#include "bus/connection/connection.hpp"
#include "bus/connection/late_replies.hpp"
#include "bus/connection/link_keeper.hpp"
#include "bus/connection/listeners.hpp"
#include "bus/connection/no_responders.hpp"
#include "bus/connection/raw_publisher.hpp"
#include "bus/connection/reply_waiter.hpp"
#include "bus/connection/server_watcher.hpp"
#include "bus/connection/subscriptions.hpp"

namespace tidings::bus {

class connection_core : public std::enable_shared_from_this<connection_core>, link_user {
  public:
    connection_core(runtime::asio::io_context& ctx, const connection_options& o);

    void start();
    void shut();

    bool connected() const { return keeper_->nats() != nullptr; }
    std::uint64_t reconnects() const { return keeper_->connects() > 0 ? keeper_->connects() - 1 : 0; }
    std::size_t max_payload() const { return max_payload_; }
    std::string last_error() const { return last_error_.empty() ? keeper_->error() : last_error_; }
    std::string trouble() const;
    void hurry() { keeper_->hurry(); }
    void note_answer() {
        if (watcher_) watcher_->heard();
    }
    void note_error(std::string text) { last_error_ = std::move(text); }

    boost::system::error_code publish(std::string_view subject, std::string_view reply, const headers& h,
                                      std::string_view payload);
    boost::system::error_code publish_request(std::string_view subject, std::string_view inbox, const headers& h,
                                              std::string_view payload);
    runtime::task<boost::system::result<message>> request(std::string subject, std::string payload, headers h,
                                                          std::chrono::milliseconds deadline,
                                                          std::chrono::milliseconds longest = answer_times::longest);
    std::chrono::milliseconds deadline_of(std::string_view subject, std::chrono::milliseconds wanted) const {
        return late_.deadline(subject, wanted);
    }

    void subscribe(std::shared_ptr<wanted_subscription> s) { subscriptions_.add(std::move(s), keeper_->nats()); }
    void unsubscribe(const wanted_subscription& s) { subscriptions_.remove(s); }

    std::unordered_map<std::string, runtime::time_point>& streams_in_use() { return streams_in_use_; }

    inbox_router& inboxes() { return inboxes_; }
    listeners& on_connected() { return on_connected_; }
    listeners& on_disconnected() { return on_disconnected_; }
    listeners& on_dropped() { return on_dropped_; }

  private:
    bool link_adopted(__natsConnection* nc) override;
    void link_up() override;
    void link_received() override;
    void link_closing(const std::string& reason) override;
    void link_down() override;
    void dial_failed(const std::string& reason) override { last_error_ = reason; }

    bool on_probe(const message& m);
    void recycle_soon();

    runtime::asio::io_context& ctx_;
    std::shared_ptr<link_keeper> keeper_;
    inbox_router inboxes_;
    no_responders no_responders_;
    std::shared_ptr<wanted_subscription> inbox_;
    subscriptions subscriptions_;
    raw_publisher publisher_;
    reply_waiters waiters_;
    late_replies late_;
    bool watches_;
    std::string witness_;
    std::function<void(const std::string&)> on_refused_;
    std::shared_ptr<server_watcher> watcher_;  // none when any server will do
    listeners on_connected_, on_disconnected_, on_dropped_;
    std::unordered_map<std::string, runtime::time_point> streams_in_use_;
    std::size_t max_payload_ = std::size_t{1} << 20;
    std::string last_error_;
    runtime::steady_timer recycling_;
    bool recycling_soon_ = false;
};

}  // namespace tidings::bus
