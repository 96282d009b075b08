// A port on 127.0.0.1 with a full backlog: connecting to it hangs.
#pragma once

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

namespace tidings::test {

class full_backlog {
  public:
    full_backlog() : acceptor_(ctx_, boost::asio::ip::tcp::v4()) {
        acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
        acceptor_.listen(0);
        const auto there = where();
        for (int i = 0; i < 4; ++i) {
            auto& s = waiting_.emplace_back(ctx_, boost::asio::ip::tcp::v4());
            s.native_non_blocking(true);  // Asio's own connect would wait
            ::connect(s.native_handle(), there.data(), static_cast<socklen_t>(there.size()));
        }
    }
    boost::asio::ip::tcp::endpoint where() const { return acceptor_.local_endpoint(); }

  private:
    boost::asio::io_context ctx_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::vector<boost::asio::ip::tcp::socket> waiting_;
};

}  // namespace tidings::test
