// One connection of the server, request by request: read, route, handle, write. Internal to libs/http/server.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string_view>

#include "http/server/dispatch.hpp"
#include "http/server/request_reader.hpp"
#include "http/server/response_writer.hpp"
#include "http/server/session_io.hpp"

namespace tidings::http {

content too_many_connections();

class session {
  public:
    // `over_limit`: the connection is only answered that there are too many.
    static void start(std::shared_ptr<server_context> context, tcp_socket socket,
                      const runtime::asio::ip::tcp::endpoint& peer, bool over_limit);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    // The sweep: acts when the deadline is over.
    void check(runtime::time_point now);
    // The server stops: ends immediately when nothing is in flight and, unless `idle_too`, no request may be on its
    // way.
    void wind_down(bool idle_too);
    // Ends immediately, whatever is in flight.
    void cut();

  private:
    session(std::shared_ptr<server_context> context, tcp_socket socket, const runtime::asio::ip::tcp::endpoint& peer,
            bool over_limit);

    runtime::task<> run();
    runtime::task<bool> exchange();
    // A handler, or an admission.
    template <class Answer>
    runtime::task<Answer> ask(const std::function<runtime::task<Answer>(http::request&)>& whom,
                              std::chrono::milliseconds limit);
    runtime::task<> take_over(takeover t);
    runtime::task<> turn_away();
    runtime::task<> linger();

    void answer_for_handler();
    reply_terms terms_for(const response& r);
    void notify_served(unsigned status);

    std::shared_ptr<server_context> context_;
    std::list<session*>::iterator place_;
    runtime::asio::cancellation_signal stop_;
    const bool over_limit_;
    session_io io_;
    request_reader reader_;
    response_writer writer_;
    std::string_view pattern_;
    std::string more_;  // lines of the response's head
};

}  // namespace tidings::http
