// Says in log and metrics what becomes known about the names of endpoints: how lookups go, and which names have moved.
#pragma once

#include "http/client/name_news.hpp"
#include "observe/metrics.hpp"

namespace tidings::broadcaster {

class name_watch {
  public:
    name_watch(runtime::asio::io_context& ctx, observe::metrics& m);
    ~name_watch();
    name_watch(const name_watch&) = delete;
    name_watch& operator=(const name_watch&) = delete;

  private:
    void note(const http::name_news& n);
    void log_move(const http::name_news& n);

    runtime::asio::io_context& ctx_;
    observe::histogram found_, failed_;
    observe::counter moved_;
    // Names that tell other addresses each time must not fill the log.
    runtime::time_point next_line_{};
    std::size_t unlogged_ = 0;
};

}  // namespace tidings::broadcaster
