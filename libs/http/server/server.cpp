#include "http/server/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>

#include "http/server/descriptors.hpp"
#include "http/server/request_id.hpp"
#include "http/server/session.hpp"

namespace tidings::http {

using namespace std::chrono_literals;
namespace asio = runtime::asio;
using boost::system::error_code;

namespace {

// Of the connections over the limit, how many are listened to before they are told so; the others are told at once.
constexpr std::size_t most_turned_away = 256;
constexpr int most_at_once = 256;
constexpr auto pause_after_accept_error = 100ms;
// A client may be sending on a kept connection in the moment in which we are told to stop: it is answered, and told
// that this was the last one. What stays quiet for so long is closed.
constexpr auto last_requests = 1s;

failure_hook& current_failure_hook() {
    static failure_hook hook;
    return hook;
}

bool out_of_descriptors(const error_code& ec) {
    return ec == boost::system::errc::too_many_files_open || ec == boost::system::errc::too_many_files_open_in_system;
}

// For a client that there is no session for: one try, and nothing is waited for. What it has sent already is read, so
// that closing does not reset the connection before the answer has been seen.
void turn_away_at_once(session::tcp_socket& socket, std::string& scratch) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.read_some(asio::buffer(scratch), ignored);
    socket.write_some(asio::buffer(whole_response(too_many_connections(), new_request_id())), ignored);
    socket.shutdown(asio::socket_base::shutdown_send, ignored);
}

// A deadline is noticed up to a tenth late.
std::chrono::milliseconds sweep_interval(const server_options& o) {
    const auto shortest = std::min({o.header_timeout, o.body_timeout, o.idle_timeout, o.write_timeout,
                                    o.handler_timeout, std::chrono::milliseconds(5s)});
    return std::max(shortest / 10, std::chrono::milliseconds(5));
}

void rethrow_unless_cancelled(const std::exception_ptr& failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        if (e.code() != asio::error::operation_aborted) throw;
    }
}

}  // namespace

void on_handler_failure(failure_hook hook) { current_failure_hook() = std::move(hook); }

void report_failure(const request& r, const std::exception_ptr& failure) {
    const auto& hook = current_failure_hook();
    if (!hook) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        hook(r, e);
    } catch (...) {
        hook(r, std::runtime_error("something that is not a std::exception was thrown"));
    }
}

struct server::state : std::enable_shared_from_this<server::state> {
    using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, runtime::executor>;

    state(const runtime::executor& ex, server_options options, router routes, observer on_served)
        : listening(ex),
          sweep_timer(ex),
          descriptors(raise_descriptor_limit()),
          most_connections(std::min(options.connection_limit, connections_within(descriptors))),
          context(std::make_shared<session_context>(ex, std::move(options), std::move(routes), std::move(on_served))) {}

    void listen();
    void spawn(runtime::task<> t);
    runtime::task<> accept();
    void welcome(session::tcp_socket socket, const asio::ip::tcp::endpoint& peer);
    void turn_away_waiting();
    void tell_full(const std::string& what);
    runtime::task<> sweep();
    void close();

    acceptor listening;
    runtime::steady_timer sweep_timer;
    const std::size_t descriptors;  // that the process may open
    const std::size_t most_connections;
    spare_descriptor spare;
    growing_pause full_told;
    std::shared_ptr<session_context> context;
    std::uint16_t port = 0;
    bool closed = false;
};

void server::state::listen() {
    const auto& o = context->options;
    try {
        const asio::ip::tcp::endpoint where(asio::ip::make_address(o.address), o.port);
        listening.open(where.protocol());
        listening.set_option(asio::socket_base::reuse_address(true));
        // "::" takes IPv4 as well, whatever the system's default is.
        if (where.address().is_v6()) listening.set_option(asio::ip::v6_only(false));
        listening.bind(where);
        listening.listen();
        listening.non_blocking(true);
        port = listening.local_endpoint().port();
    } catch (const boost::system::system_error& e) {
        // A new code, without the place in Asio that the old one carries into the text.
        throw boost::system::system_error(
            error_code(e.code().value(), e.code().category()),
            "cannot listen on " + o.address + ':' + std::to_string(o.port) + "; choose another place with " + o.set_by);
    }
    spawn(accept());
    spawn(sweep());
}

void server::state::spawn(runtime::task<> t) {
    asio::co_spawn(
        listening.get_executor(), std::move(t),
        [self = shared_from_this()](const std::exception_ptr& failure) { rethrow_unless_cancelled(failure); });
}

runtime::task<> server::state::accept() {
    runtime::steady_timer pause(listening.get_executor());
    while (!closed) {
        asio::ip::tcp::endpoint peer;
        error_code ec;
        auto socket = co_await listening.async_accept(peer, asio::redirect_error(runtime::use_task, ec));
        if (!ec) {
            welcome(std::move(socket), peer);
        } else if (ec != asio::error::connection_aborted && !closed) {
            if (out_of_descriptors(ec)) turn_away_waiting();
            // Who could not even be accepted stays in the backlog, and asking again at once would only spin.
            pause.expires_after(pause_after_accept_error);
            co_await pause.async_wait(runtime::use_task);
        }
    }
}

void server::state::welcome(session::tcp_socket socket, const asio::ip::tcp::endpoint& peer) {
    const auto served = context->sessions.size() - context->turned_away;
    const bool over_limit = served >= most_connections;
    if (over_limit) tell_full("all " + std::to_string(most_connections) + " connections are taken");
    if (over_limit && context->turned_away >= std::min(most_turned_away, descriptors / 16))
        return turn_away_at_once(socket, context->read_buffer);
    session::start(context, std::move(socket), peer, over_limit);
}

// There is no descriptor for those who wait to be accepted: with the spare one, each is told in turn.
void server::state::turn_away_waiting() {
    tell_full("no descriptor is left");
    spare.give_up();
    error_code ec;
    for (int i = 0; i < most_at_once && !ec; ++i) {
        auto socket = listening.accept(ec);
        if (!ec) turn_away_at_once(socket, context->read_buffer);
    }
    spare.take();
}

void server::state::tell_full(const std::string& what) {
    const auto& tell = context->options.on_full;
    if (tell && full_told.is_over(std::chrono::steady_clock::now()))
        tell("clients are turned away: " + what + "; the process may open " + std::to_string(descriptors) +
             " descriptors (raise it with `ulimit -n`, LimitNOFILE= or the container's limits, or run more replicas)");
}

runtime::task<> server::state::sweep() {
    while (!closed || !context->sessions.empty()) {
        sweep_timer.expires_after(sweep_interval(context->options));
        co_await sweep_timer.async_wait(runtime::use_task);
        const auto now = std::chrono::steady_clock::now();
        for (auto* s : context->sessions)
            s->check(now);
    }
}

void server::state::close() {
    closed = true;
    error_code ignored;
    listening.close(ignored);
}

server::server(asio::io_context& ctx, server_options options, router routes, observer on_served)
    : state_(std::make_shared<state>(ctx.get_executor(), std::move(options), std::move(routes), std::move(on_served))) {
    state_->listen();
}

server::~server() {
    state_->close();
    for (auto* s : state_->context->sessions)
        s->cut();
    state_->sweep_timer.cancel();
}

std::uint16_t server::port() const { return state_->port; }

std::size_t server::connections() const { return state_->context->sessions.size(); }

runtime::task<> server::stop(std::chrono::milliseconds limit) {
    const auto state = state_;
    auto& context = *state->context;
    const auto until = std::chrono::steady_clock::now() + limit;
    context.stopping = true;
    state->close();
    const auto wind_down = [&](bool idle_too) {
        for (auto* s : context.sessions)
            s->wind_down(idle_too);
        return idle_too;
    };
    const auto idle_until = std::min(until, std::chrono::steady_clock::now() + last_requests);
    bool idle_ended = wind_down(false);
    while (!context.sessions.empty()) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= until) break;
        if (!idle_ended && now >= idle_until) {
            idle_ended = wind_down(true);
        } else {
            co_await context.ended.wait((idle_ended ? until : idle_until) - now);
        }
    }
    for (auto* s : context.sessions)
        s->cut();
    // What was cut ends within the next turns of the loop, unless a handler does not take its cancellation.
    if (!context.sessions.empty()) co_await context.ended.wait(pause_after_accept_error);
}

bool is_loopback(const std::string& address) {
    error_code failure;
    const auto parsed = asio::ip::make_address(address, failure);
    return !failure && parsed.is_loopback();
}

}  // namespace tidings::http
