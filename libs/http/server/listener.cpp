#include "http/server/listener.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>

#include "http/server/request_id.hpp"
#include "http/server/response_head.hpp"
#include "http/server/session.hpp"

namespace tidings::http {

using namespace std::chrono_literals;
namespace asio = runtime::asio;
using boost::system::error_code;

namespace {

// Of the connections over the limit, how many get a session that reads before it answers; the others are answered and
// closed immediately.
constexpr std::size_t most_turned_away = 256;
constexpr int most_per_turn = 256;
constexpr auto pause_after_accept_error = 100ms;

bool out_of_descriptors(const error_code& ec) {
    return ec == boost::system::errc::too_many_files_open || ec == boost::system::errc::too_many_files_open_in_system;
}

// For a client without a session: one try, and no wait. What it has sent already is read, so that closing does not
// reset the connection before the answer has been seen.
void turn_away(tcp_socket& socket, std::string& scratch) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.read_some(asio::buffer(scratch), ignored);
    socket.write_some(asio::buffer(whole_response(too_many_connections(), new_request_id())), ignored);
    socket.shutdown(asio::socket_base::shutdown_send, ignored);
}

}  // namespace

listener::listener(const runtime::executor& ex, std::shared_ptr<server_context> context)
    : acceptor_(ex),
      context_(std::move(context)),
      descriptors_(raise_descriptor_limit()),
      most_connections_(std::min(context_->options.connection_limit, connections_within(descriptors_))) {}

void listener::start() {
    const auto& o = context_->options;
    try {
        const asio::ip::tcp::endpoint where(asio::ip::make_address(o.address), o.port);
        acceptor_.open(where.protocol());
        acceptor_.set_option(asio::socket_base::reuse_address(true));
        // "::" takes IPv4 as well, whatever the system's default is.
        if (where.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
        acceptor_.bind(where);
        acceptor_.listen();
        acceptor_.non_blocking(true);
        port_ = acceptor_.local_endpoint().port();
    } catch (const boost::system::system_error& e) {
        // A new code, without the place in Asio that the old one carries into the text.
        throw boost::system::system_error(
            error_code(e.code().value(), e.code().category()),
            "cannot listen on " + o.address + ':' + std::to_string(o.port) + "; choose another with " + o.set_by);
    }
    spawn_until_cancelled(acceptor_.get_executor(), accept(shared_from_this()));
}

void listener::close() {
    closed_ = true;
    error_code ignored;
    acceptor_.close(ignored);
}

runtime::task<> listener::accept(std::shared_ptr<listener> self) {
    runtime::steady_timer pause(self->acceptor_.get_executor());
    while (!self->closed_) {
        asio::ip::tcp::endpoint peer;
        error_code ec;
        auto socket = co_await self->acceptor_.async_accept(peer, asio::redirect_error(runtime::use_task, ec));
        if (!ec) {
            self->welcome(std::move(socket), peer);
        } else if (ec != asio::error::connection_aborted && !self->closed_) {
            if (out_of_descriptors(ec)) self->turn_away_waiting();
            // A connection that could not be accepted stays in the backlog: without a pause this would spin.
            pause.expires_after(pause_after_accept_error);
            co_await pause.async_wait(runtime::use_task);
        }
    }
}

void listener::welcome(tcp_socket socket, const asio::ip::tcp::endpoint& peer) {
    const auto served = context_->sessions.size() - context_->turned_away;
    const bool over_limit = served >= most_connections_;
    if (over_limit) report_full("all " + std::to_string(most_connections_) + " connections are in use");
    if (over_limit && context_->turned_away >= std::min(most_turned_away, descriptors_ / 16))
        return turn_away(socket, context_->read_buffer);
    session::start(context_, std::move(socket), peer, over_limit);
}

// No descriptor is left to accept with: the spare one serves to answer the waiting clients one by one.
void listener::turn_away_waiting() {
    report_full("no descriptors are left");
    spare_.release();
    error_code ec;
    for (int i = 0; i < most_per_turn && !ec; ++i) {
        auto socket = acceptor_.accept(ec);
        if (!ec) turn_away(socket, context_->read_buffer);
    }
    spare_.take();
}

void listener::report_full(const std::string& what) {
    const auto& report = context_->options.on_full;
    if (report && full_reported_.is_over(std::chrono::steady_clock::now()))
        report(
            "clients are rejected: " + what + "; the process may open " + std::to_string(descriptors_) +
            " descriptors (raise it with `ulimit -n`, LimitNOFILE= or the container's limits, or run more replicas)");
}

}  // namespace tidings::http
