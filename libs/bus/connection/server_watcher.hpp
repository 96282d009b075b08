// The I/O of server_watch: asks the server for JetStream's account figures, which only a server that reaches its
// cluster answers.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "bus/connection/message.hpp"
#include "bus/connection/refusals.hpp"
#include "bus/connection/server_watch.hpp"
#include "runtime/task.hpp"

namespace tidings::bus {

class server_watcher : public std::enable_shared_from_this<server_watcher> {
  public:
    using answer = boost::system::result<message>;
    struct link {
        std::function<bool()> connected;
        // `longest`: that the deadline becomes where such answers are known to be slow.
        std::function<runtime::task<answer>(std::string subject, std::chrono::milliseconds deadline,
                                            std::chrono::milliseconds longest)>
            ask;
        std::function<void(const std::string& why)> leave;
        std::function<std::string()> error;  // the last one
        std::function<void(const std::string& error)> refused;
    };
    server_watcher(runtime::asio::io_context& ctx, link l, std::string witness)
        : ctx_(ctx), link_(std::move(l)), witness_(std::move(witness)), timer_(ctx) {}

    void start();
    void stop();
    void connected() {
        watch_.connected(runtime::now());
        refusals_.reset();
    }
    void heard() { watch_.heard(runtime::now()); }
    const std::string& trouble() const { return watch_.trouble(); }

  private:
    void tick();
    static runtime::task<> ask(std::shared_ptr<server_watcher> self);
    runtime::task<answer> ask_all();

    runtime::asio::io_context& ctx_;
    link link_;
    std::string witness_;
    server_watch watch_;
    refusals refusals_;
    runtime::steady_timer timer_;
    bool stopped_ = true;
};

// Whether a reply of JetStream's says that the server does not reach it.
bool says_unavailable(const message& reply);

// Whether a stream's leader, by its reply to STREAM.INFO, has not heard of most of its replicas for a while: it was cut
// off. Until it notices, and some versions do not, it answers as before.
bool says_cut_off(std::string_view stream_info);

}  // namespace tidings::bus
