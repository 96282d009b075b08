// Looks names up, for all clients of one event loop: each on a thread of its own, as getaddrinfo waits and cannot be
// called off. See docs/adr/0030.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/client/lookup_queue.hpp"
#include "http/client/name_news.hpp"
#include "runtime/task.hpp"

namespace tidings::http::client {

struct lookup_result {
    boost::system::error_code failure;
    std::vector<runtime::asio::ip::address> addresses;  // not empty without a failure
    bool slow = false;
    bool silent = false;  // a failure because a brief lookup got no answer
};

// As getaddrinfo has it: /etc/hosts, /etc/nsswitch.conf, /etc/resolv.conf. `brief`: asks each name server once, and
// waits a second for it.
lookup_result look_up_now(const std::string& name, bool brief);

class name_lookups final : public runtime::asio::execution_context::service {
  public:
    using key_type = name_lookups;
    static runtime::asio::execution_context::id id;

    using function = std::function<lookup_result(const std::string& name, bool brief)>;
    // Returns whether the name led elsewhere until now.
    using on_result = std::function<bool(const lookup_result&)>;

    static constexpr std::chrono::seconds slow{1};  // what takes longer, counts as slow the next time

    // `ctx` is an io_context. `look_up` is called on other threads, also after the end of `ctx`.
    explicit name_lookups(runtime::asio::execution_context& ctx, function look_up = look_up_now);

    // Calls `done` from the loop, never from within, unless `asker` has gone by then. Names that are asked for by
    // several are looked up once. Is no work for the loop.
    void start(const std::string& name, lookup_history history, std::weak_ptr<void> asker, on_result done);

    // Told about each lookup that somebody still wanted.
    void tell(std::function<void(const name_news&)> news) { news_ = std::move(news); }

  private:
    // What a thread knows of the loop, which may end before it.
    struct gate;
    struct asked {
        std::weak_ptr<void> asker;
        on_result done;
    };
    struct job {
        std::vector<asked> askers;
        runtime::time_point started;
    };

    static void run(const std::shared_ptr<gate>& g, const lookup_queue::lookup& l);
    void shutdown() override;
    void start_next();
    void begin(const lookup_queue::lookup& l);
    void ended(const lookup_queue::lookup& l, lookup_result r);

    std::shared_ptr<gate> gate_;
    lookup_queue queue_;
    std::map<std::string, job, std::less<>> jobs_;
    std::function<void(const name_news&)> news_;
};

}  // namespace tidings::http::client
