// What a stream_reader is made of; for stream_reader.cpp alone.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "reading/arrivals.hpp"
#include "reading/make_reader.hpp"
#include "reading/stream_check.hpp"
#include "reading/stream_reader.hpp"
#include "runtime/backoff.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class stream_reader::impl : public std::enable_shared_from_this<impl> {
  public:
    impl(runtime::asio::io_context& ctx, bus::connection& c, options o, handlers h)
        : ctx_(ctx), bus_(c), o_(std::move(o)), h_(std::move(h)), next_(o_.from), changed_(ctx.get_executor()) {}

    void start();
    void stop();
    void resume() { hand_over(); }
    const std::string& trouble() const { return trouble_; }

  private:
    static runtime::task<> run(std::shared_ptr<impl> self);
    runtime::task<bool> make_consumer();
    bool check(const bus::stream_info& info);
    void open(const reader_made& made);
    bool fail(const boost::system::error_code& e);
    void drop_consumer();
    void doubt();
    void arrived(bus::delivery d);
    static runtime::task<> look(std::shared_ptr<impl> self, runtime::time_point at);
    runtime::task<> leave_lagging_server();
    void dropped();
    static runtime::task<> look_for_dropped(std::shared_ptr<impl> self);
    runtime::task<std::uint64_t> take_unseen();
    void hand_over();
    bool hand_over_front();
    void ask();

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    options o_;
    handlers h_;
    stream_check check_{o_.created};
    std::uint64_t next_;
    runtime::wakeup changed_;
    runtime::backoff pause_{std::chrono::milliseconds(50), std::chrono::seconds(2)};
    std::string name_;  // of the consumer that is there, or being made
    std::unique_ptr<bus::pull_consumer> consumer_;
    std::uint64_t next_delivery_ = 1;
    arrivals waiting_;  // there was no room for them yet
    std::string trouble_ = "not read yet";
    bool in_doubt_ = true;
    bool unseen_ = false;  // the message at next_ may be one that no consumer hands out
    bool looking_for_dropped_ = false;
    bool handing_over_ = false;
    bool stopped_ = false;
};

}  // namespace tidings::broadcaster
