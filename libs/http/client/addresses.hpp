// The addresses of one origin's host, looked up on demand and kept for a while.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/client/known_addresses.hpp"
#include "http/client/name_lookups.hpp"
#include "runtime/task.hpp"

namespace tidings::http::client {

class addresses : public std::enable_shared_from_this<addresses> {
  public:
    using tcp = known_addresses::tcp;
    using list = known_addresses::list;  // empty when the lookup failed
    using on_found = std::function<void(const boost::system::error_code&, const list&)>;
    using on_news = std::function<void(const list&)>;

    // How long a use waits for a new lookup while there are addresses that may still be right.
    static constexpr std::chrono::milliseconds patience{500};

    addresses(const runtime::executor& ex, std::string host, std::uint16_t port);

    // Calls `found` from the loop, never from within; not at all after cancel().
    void get(on_found found);
    // To be called while they are in use: looks them up in the background when it is time. Costs a comparison.
    void keep_fresh(runtime::time_point now) {
        if (known_.due(now)) look_up();
    }
    // Calls `news` with what each further lookup finds, until cancel().
    void watch(on_news news) { news_ = std::move(news); }
    // Takes `found` as looked up just now.
    void learn(std::vector<tcp::endpoint> found);
    // The addresses did not work: look them up again before the next use.
    void forget() { known_.forget(); }
    void cancel();

  private:
    void look_up();
    bool looked_up(const lookup_result& r);
    void learn(std::vector<tcp::endpoint> found, bool slow);
    void answer(on_found found);
    void wait(on_found found);
    void give_up_waiting();
    void answer_waiting(const boost::system::error_code& failure, const list& found);

    runtime::executor ex_;
    std::string host_;
    std::uint16_t port_;
    known_addresses known_;
    bool cancelled_ = false;
    on_news news_;
    std::vector<on_found> waiting_;
    std::optional<runtime::asio::executor_work_guard<runtime::executor>> work_;  // while somebody waits
    runtime::steady_timer patience_over_;
};

}  // namespace tidings::http::client
