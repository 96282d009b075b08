// Keeps one link to a server: dials, adopts it, and dials again after each loss. `redial` decides, this does the I/O.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <functional>
#include <memory>
#include <string>

#include "bus/connection/redial.hpp"
#include "bus/link/dial.hpp"

namespace tidings::bus {

// Called on the loop. Any of these may shut the keeper down.
class link_user {
  public:
    virtual ~link_user() = default;
    virtual bool link_adopted(__natsConnection* nc) = 0;  // false: it is lost already
    virtual void link_up() = 0;
    virtual void link_received() = 0;  // subscriptions may have messages
    // The link is about to be closed: release what belongs to it.
    virtual void link_closing(const std::string& reason) = 0;
    virtual void link_down() = 0;  // after each link_up(), once
    virtual void dial_failed(const std::string& reason) = 0;
};

class link_keeper : public std::enable_shared_from_this<link_keeper>, link_listener {
  public:
    link_keeper(runtime::asio::io_context& ctx, dial_options options, redial policy,
                std::function<void(const connection_news&)> on_news);

    void start(link_user& user);
    // Closes the link; nothing is called back any more.
    void shut();
    // The servers answer others: what would be dialled after a pause is dialled now.
    void hurry();
    // Gives the server up, for another if there may be one.
    void leave(const std::string& why);

    __natsConnection* nats() const { return link_ ? link_->nats() : nullptr; }
    std::string error() const { return link_ ? link_->error() : std::string(); }
    std::string url() const { return link_ ? link_->url() : std::string(); }
    std::uint64_t connects() const { return policy_.connects(); }

  private:
    void dial_now();
    void adopt(dial_result r);
    void dial_after(const redial::next_dial& next);
    void await_patience();
    void report(redial::news n);
    void received() override;
    void lost() override;
    void close(const std::string& reason, const redial::next_dial& next);

    runtime::asio::io_context& ctx_;
    dial_options options_;
    redial policy_;
    std::function<void(const connection_news&)> on_news_;
    std::shared_ptr<loop_gate> gate_;
    runtime::asio::executor_work_guard<runtime::executor> work_;  // keeps the loop running while a thread dials
    runtime::steady_timer pause_, patience_;
    link_user* user_ = nullptr;
    std::shared_ptr<server_link> link_;
    bool up_ = false;  // link_up() was called
};

}  // namespace tidings::bus
