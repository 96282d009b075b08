// The addresses of one origin's host, looked up on demand and kept for a while.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/task.hpp"

namespace tidings::http::client {

class addresses : public std::enable_shared_from_this<addresses> {
  public:
    using tcp = runtime::asio::ip::tcp;
    using list = std::shared_ptr<const std::vector<tcp::endpoint>>;  // never null; empty when the lookup failed
    using on_found = std::function<void(const boost::system::error_code&, const list&)>;

    static constexpr std::chrono::seconds fresh{30};   // older ones are looked up again
    static constexpr std::chrono::minutes usable{10};  // and used meanwhile, but not longer than this

    addresses(const runtime::executor& ex, std::string host, std::uint16_t port);

    // Calls `found` from the loop, never from within; not at all after cancel().
    void get(on_found found);
    // Takes `found` as looked up just now.
    void learn(std::vector<tcp::endpoint> found);
    // The addresses did not work: look them up again before the next use.
    void forget();
    void cancel();

  private:
    void look_up();
    void looked_up(const boost::system::error_code& failure, const tcp::resolver::results_type& found);
    void answer(on_found found);

    runtime::executor ex_;
    runtime::asio::ip::basic_resolver<tcp, runtime::executor> resolver_;
    std::string host_;
    std::uint16_t port_;
    list known_ = std::make_shared<const std::vector<tcp::endpoint>>();
    runtime::time_point known_since_;
    bool literal_ = false;  // the host is an address already
    bool looking_ = false;
    bool cancelled_ = false;
    std::vector<on_found> waiting_;
};

}  // namespace tidings::http::client
