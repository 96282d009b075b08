// One connection of the server: reads requests, has them answered, writes the answers, one after the other.
//
// There is no timer per operation: a session knows its one deadline and what a late client has coming in its present
// phase, and the server sweeps over all sessions. Nor is there a buffer per connection: all of them are on one thread,
// so they read into one, and a session keeps only what it could not use at once. An idle connection costs one to two
// KiB.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "http/server/outgoing.hpp"
#include "http/server/request_parser.hpp"
#include "http/server/response_head.hpp"
#include "http/server/server.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::http {

class session;

// What all sessions of one server share.
struct session_context {
    session_context(const runtime::executor& ex, server_options o, router r, observer on_served)
        : options(std::move(o)), routes(std::move(r)), on_served(std::move(on_served)), ended(ex) {}

    const server_options options;
    const router routes;
    const observer on_served;
    std::string read_buffer = std::string(32 * std::size_t{1024}, '\0');
    std::list<session*> sessions;
    std::size_t turned_away = 0;  // of the sessions, those over connection_limit
    std::size_t held = 0;         // bytes that the requests under way hold; at most options.body_budget
    bool stopping = false;
    runtime::wakeup ended;  // notified whenever a session has ended
};

void report_failure(const request& r, const std::exception_ptr& failure);
response too_many_connections();
// Head and body as bytes; the connection ends with it.
std::string whole_response(const response& r, std::string_view request_id);

class session {
  public:
    using tcp_socket = runtime::asio::basic_stream_socket<runtime::asio::ip::tcp, runtime::executor>;

    // `over_limit`: the connection is only told that there are too many.
    static void start(std::shared_ptr<session_context> context, tcp_socket socket,
                      const runtime::asio::ip::tcp::endpoint& peer, bool over_limit);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    // The sweep: acts when the deadline is over.
    void check(runtime::time_point now);
    // The server stops: ends at once when nothing is in flight and, unless `idle_too`, no request may be on its way.
    void wind_down(bool idle_too);
    // Ends now, whatever is in flight.
    void cut();

  private:
    enum class phase { idle, reading_head, reading_body, handling, abandoned, writing, awaiting_piece, lingering };

    session(std::shared_ptr<session_context> context, tcp_socket socket, const runtime::asio::ip::tcp::endpoint& peer,
            bool over_limit);

    runtime::task<> run();
    runtime::task<> turn_away();
    runtime::task<bool> exchange();
    runtime::task<> linger();

    // reading
    runtime::task<bool> read_request();
    void begin_request();
    bool take_input(request_parser& parser, std::string_view& input);
    runtime::task<bool> more_input(std::string_view& input);
    runtime::task<> allow_body();
    bool hold();
    void release();
    void refuse(unsigned status, std::string_view detail) { refused_ = problem(status, detail); }

    // answering
    runtime::task<response> answer();
    std::optional<response> refuse_by_head(const route*& found);
    bool is_for_foreign_host(const route* r) const;
    runtime::task<response> call(const route& r);
    void answer_for_handler();

    // writing
    runtime::task<bool> send(const response& r);
    runtime::task<bool> send_pieces(const response& r);
    runtime::task<bool> write(outgoing out);
    bool write_some(outgoing& out);
    persistence persistence_now() const;

    void enter(phase p, std::chrono::milliseconds limit);
    void notify_served(unsigned status);
    bool peer_has_left();
    void drop_memory();

    std::shared_ptr<session_context> context_;
    std::list<session*>::iterator place_;
    tcp_socket socket_;
    runtime::asio::cancellation_signal stop_;
    const bool over_limit_;

    phase phase_ = phase::idle;
    runtime::time_point deadline_;
    runtime::time_point phase_began_;
    bool late_ = false;  // the deadline of reading is over
    bool cut_ = false;
    bool broken_ = false;  // ends without a word: writing failed, or the handler wants it so

    request request_;
    std::optional<request_parser> parser_;
    std::optional<response> refused_;  // the request is not read to its end, and the connection ends with it
    std::string_view pattern_;
    runtime::time_point request_began_;
    std::string unread_;    // received, not yet used
    std::size_t held_ = 0;  // what of context_->held is this session's
    std::string head_;
};

}  // namespace tidings::http
