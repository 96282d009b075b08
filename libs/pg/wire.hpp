// libpq's handle and its socket on the loop: connecting, waiting for the socket, noticing that the peer has gone. What
// is sent and read over it is exchange's.
#pragma once

#include <libpq-fe.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <memory>
#include <string>

#include "pg/conninfo.hpp"
#include "pg/deadline_watch.hpp"
#include "pg/error.hpp"
#include "runtime/task.hpp"

namespace tidings::pg {

// libpq ends its messages with one.
std::string without_newline(std::string text);

class wire : public std::enable_shared_from_this<wire> {
  public:
    using wait_type = runtime::asio::posix::descriptor_base::wait_type;

    // Always owned by a shared_ptr: handlers of the socket may outlive the owner.
    static std::shared_ptr<wire> make(const runtime::executor& ex);
    ~wire();

    // All members that wait end at the deadline that was started last, with error 08006.
    runtime::task<> connect(const keywords& k);
    runtime::task<> wait(wait_type for_what);
    // While the server does not take what we send it may itself be waiting for us to read.
    runtime::task<> wait_for_either();
    // Until the socket is readable; false at the deadline, and when cancel() has come with `stopped` set.
    runtime::task<bool> readable(const bool& stopped);

    // Wakes the task that waits; it finds an operation aborted.
    void cancel();
    bool connected() const { return PQstatus(handle_.get()) != CONNECTION_BAD; }
    // Connected, and no sign on the socket that the peer has gone. Only between statements.
    bool healthy() const;
    error lost(const char* doing) const;

    PGconn* handle() const { return handle_.get(); }
    deadline_watch& deadline() { return *deadline_; }

  private:
    explicit wire(const runtime::executor& ex);
    void watch_socket();

    std::unique_ptr<PGconn, void (*)(PGconn*)> handle_;
    runtime::asio::posix::basic_stream_descriptor<runtime::executor> socket_;
    std::shared_ptr<deadline_watch> deadline_;
};

}  // namespace tidings::pg
