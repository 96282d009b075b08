// The connection of a session: its socket, its current phase, and the deadline of that phase. There is no timer per
// operation: the server sweeps over all sessions and checks each for expired deadlines (ADR 17). Internal to
// libs/http/server.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "http/server/outgoing.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

using tcp_socket = runtime::asio::basic_stream_socket<runtime::asio::ip::tcp, runtime::executor>;

enum class phase {
    idle,
    reading_head,
    reading_body,
    handling,
    abandoned,  // the client was answered in place of the handler, which has not ended yet
    writing,
    awaiting_piece,  // of a streamed response
    taken,           // another protocol has the connection
    lingering,
};

enum class due { nothing, end_read, answer_for_handler, cut };
// What happens to a session that is in `p` when its deadline is over.
due when_late(phase p);

class session_io {
  public:
    explicit session_io(tcp_socket socket) : socket_(std::move(socket)) {}

    void enter(phase p, std::chrono::milliseconds limit) { enter_until(p, std::chrono::steady_clock::now() + limit); }
    void enter_until(phase p, runtime::time_point deadline);
    phase now_in() const { return phase_; }
    runtime::time_point since() const { return since_; }
    runtime::time_point deadline() const { return deadline_; }
    due what_is_due(runtime::time_point now) const;

    // What has arrived, read into `buffer`: at least a byte; empty at the end of the connection, and when late or cut.
    runtime::task<std::string_view> read(std::string& buffer);
    // Writes what the socket takes immediately. False when the connection is broken.
    bool write_some(outgoing& out);
    // Writes all of it in phase `writing`; a client that takes 64 KiB within `limit` has as long again for the next.
    runtime::task<bool> write(outgoing out, std::chrono::milliseconds limit);

    // Ends the current read without data: its deadline has passed.
    void end_read();
    // Closes the socket, whatever is in flight.
    void cut();
    // Ends the connection without lingering: writing failed, or the handler requested it.
    void break_off() { broken_ = true; }

    bool late() const { return late_; }
    bool was_cut() const { return cut_; }
    bool broken() const { return broken_; }
    bool peer_has_left();
    // What the system holds of what is written and not sent yet, in bytes.
    void limit_send_buffer(int bytes);
    tcp_socket& socket() { return socket_; }

  private:
    tcp_socket socket_;
    phase phase_ = phase::idle;
    runtime::time_point since_;
    runtime::time_point deadline_;
    bool late_ = false;
    bool cut_ = false;
    bool broken_ = false;
};

}  // namespace tidings::http
