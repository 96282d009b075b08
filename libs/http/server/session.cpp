#include "http/server/session.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "http/message/problem.hpp"
#include "http/message/target.hpp"
#include "http/server/finish.hpp"
#include "http/server/request_id.hpp"
#include "http/server/taken_connection.hpp"

namespace tidings::http {

using namespace std::chrono_literals;
namespace asio = runtime::asio;

namespace {

// How long a connection that ends is still read from: closing it with bytes unread would reset it, and the client might
// never see the answer (RFC 9112, 9.6).
constexpr auto linger_time = 2s;
constexpr auto linger_time_when_stopping = 200ms;
constexpr auto memory_kept_for = 1s;

std::string to_text(const asio::ip::tcp::endpoint& peer) {
    const auto address = peer.address().to_string();
    return (peer.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(peer.port());
}

bool outlives_handler(const response& r) {
    return std::holds_alternative<stream>(r) || std::holds_alternative<takeover>(r);
}

}  // namespace

content too_many_connections() { return unavailable("There are too many connections. Try again in a moment."); }

void session::start(std::shared_ptr<server_context> context, tcp_socket socket, const asio::ip::tcp::endpoint& peer,
                    bool over_limit) {
    const auto ex = socket.get_executor();
    const std::shared_ptr<session> self(new session(std::move(context), std::move(socket), peer, over_limit));
    asio::co_spawn(ex, self->run(),
                   asio::bind_cancellation_slot(self->stop_.slot(), [self](const std::exception_ptr& failure) {
                       if (failure) std::rethrow_exception(failure);
                   }));
}

session::session(std::shared_ptr<server_context> context, tcp_socket socket, const asio::ip::tcp::endpoint& peer,
                 bool over_limit)
    : context_(std::move(context)),
      place_(context_->sessions.insert(context_->sessions.end(), this)),
      over_limit_(over_limit),
      io_(std::move(socket)),
      reader_(io_, *context_, to_text(peer)),
      writer_(io_, context_->options.write_timeout) {
    if (over_limit_) ++context_->turned_away;
    boost::system::error_code ignored;  // a peer that has left already shows at the first read
    io_.socket().non_blocking(true, ignored);
    io_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    io_.enter(phase::idle, context_->options.idle_timeout);
}

session::~session() {
    if (over_limit_) --context_->turned_away;
    context_->sessions.erase(place_);
    context_->ended.notify();
}

runtime::task<> session::run() {
    std::exception_ptr failure;
    try {
        if (over_limit_) {
            co_await turn_away();
        } else {
            while (co_await reader_.read_head() || reader_.refused())
                if (!co_await exchange()) break;
        }
        if (!io_.broken() && io_.socket().is_open()) co_await linger();
    } catch (...) {
        failure = std::current_exception();
    }
    // A session that was cut ends with operation_aborted, and so does another protocol when the server stops. Anything
    // else is the end of this connection only.
    const bool expected =
        io_.was_cut() || io_.now_in() == phase::abandoned || (io_.now_in() == phase::taken && context_->stopping);
    if (failure && !expected) context_->report_failure(reader_.request(), failure);
    boost::system::error_code ignored;
    io_.socket().close(ignored);
}

// True when the connection serves another request. Pre: the head of one has been read, or refused.
runtime::task<bool> session::exchange() {
    pattern_ = {};
    auto& r = reader_.request();
    complete(r);
    destination to;
    if (!reader_.refused()) {
        to = find_destination(r, context_->routes, context_->options);
        if (to.route != nullptr) pattern_ = to.route->pattern;
        if (to.route != nullptr && !to.answered && to.route->options.admission) {
            reader_.keep_input();  // others read into the server's buffer meanwhile
            to.answered = co_await ask(to.route->options.admission, context_->options.handler_timeout);
            if (io_.now_in() == phase::abandoned || io_.was_cut()) co_return false;
        }
        const bool body_comes = reader_.begin_body(limits_of(to, context_->options), use_of_body(to));
        if (body_comes && !co_await reader_.read_body() && !reader_.refused()) co_return false;
    } else {
        parse_target(r);
    }
    if (!reader_.refused() && !to.answered)
        to.answered = co_await ask(to.route->handler, reader_.limits().handler_timeout);
    if (reader_.refused()) {
        r.keep_alive = false;
        to.answered = std::move(*reader_.refused());
    }
    // It would be told to stop before it had started.
    if (context_->stopping && outlives_handler(*to.answered)) to.answered = unavailable("The server is stopping.");
    if (const auto c = finish(*to.answered, r, context_->options); c != coding::identity)
        co_await compress(*to.answered, c);
    if (io_.now_in() == phase::abandoned || io_.was_cut() || reader_.client_left()) co_return false;
    const auto& answer = *to.answered;
    const auto terms = terms_for(answer);
    if (std::holds_alternative<http::cut>(answer)) io_.break_off();
    const bool sent = !io_.broken() && co_await writer_.send(answer, terms);
    notify_served(status_of(answer));
    if (const auto* t = std::get_if<takeover>(&answer); t != nullptr && sent) co_await take_over(*t);
    reader_.release();
    co_return sent && !io_.broken() && terms.after != persistence::close;
}

template <class Answer>
runtime::task<Answer> session::ask(const std::function<runtime::task<Answer>(http::request&)>& whom,
                                   std::chrono::milliseconds limit) {
    auto& request = reader_.request();
    io_.enter(phase::handling, limit);
    reader_.handler_deadline(io_.deadline());
    std::exception_ptr failure;
    Answer answer;
    try {
        answer = co_await whom(request);
    } catch (...) {
        failure = std::current_exception();
    }
    if (request.stream != nullptr) reader_.end_stream();
    if (!failure) co_return answer;
    // The failure is that of our own cancellation when the client has had its answer, or has gone, and that of the body
    // when it could not be read.
    const bool expected =
        io_.now_in() == phase::abandoned || io_.was_cut() || reader_.refused() || reader_.client_left();
    if (!expected) context_->report_failure(request, failure);
    co_return problem(500, "Something went wrong on our side. The request id leads to the cause in the log.");
}

// The handler is too late: the client is answered in its place and the connection will end with it.
void session::answer_for_handler() {
    const auto& r = reader_.request();
    auto answer = unavailable("The request took too long. Try again later.");
    name_request(answer, r.context.request_id);
    const auto all = whole_response(answer, r.context.request_id);
    const auto size = r.method == method::head ? all.size() - answer.body.size() : all.size();
    boost::system::error_code ignored;  // one try: what was answered before is long gone from the socket's buffer
    io_.socket().write_some(asio::buffer(all.data(), size), ignored);
    io_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    io_.enter(phase::abandoned, {});
    notify_served(answer.status);
    stop_.emit(asio::cancellation_type::terminal);
}

runtime::task<> session::take_over(takeover t) {
    io_.enter(phase::taken, {});
    taken_connection connection{io_.socket(), reader_.take_unread(), reader_.request()};
    co_await t.run(connection);
    io_.break_off();
}

runtime::task<> session::turn_away() {
    reader_.request().context.request_id = new_request_id();
    auto answer = too_many_connections();
    name_request(answer, reader_.request().context.request_id);
    co_await writer_.send(answer, {.request_id = reader_.request().context.request_id,
                                   .head_only = false,
                                   .http_1_0 = false,
                                   .after = persistence::close});
}

runtime::task<> session::linger() {
    boost::system::error_code ec;
    io_.socket().shutdown(asio::socket_base::shutdown_send, ec);
    io_.enter(phase::lingering, context_->stopping ? linger_time_when_stopping : linger_time);
    reader_.take_unread();
    bool more = true;
    while (more) {
        const auto received = co_await io_.read(context_->read_buffer);
        more = !received.empty();
    }
}

reply_terms session::terms_for(const response& r) {
    const auto& request = reader_.request();
    const bool http_1_0 = reader_.is_http_1_0();
    auto after = http_1_0 ? persistence::keep_spoken : persistence::keep;
    if (!request.keep_alive || context_->stopping) after = persistence::close;
    const auto* const s = std::get_if<stream>(&r);
    if (s != nullptr && (http_1_0 || s->ends_connection)) after = persistence::close;
    // The head of a takeover says itself what becomes of the connection.
    if (std::holds_alternative<takeover>(r)) after = persistence::keep;
    more_.clear();
    append_request_lines(more_, r, request, context_->options);
    return {request.context.request_id, request.method == method::head, http_1_0, after, more_};
}

void session::notify_served(unsigned status) {
    const auto& notify = context_->options.on_served;
    if (notify) notify({reader_.request(), pattern_, status, std::chrono::steady_clock::now() - reader_.began()});
}

void session::check(runtime::time_point at) {
    if (io_.now_in() == phase::idle && at - io_.since() > memory_kept_for) {
        reader_.drop_memory();
        writer_.drop_memory();
        std::string().swap(more_);
    }
    if (io_.now_in() == phase::awaiting_piece && io_.peer_has_left()) return cut();
    switch (io_.what_is_due(at)) {
        case due::nothing:
            break;
        case due::end_read:
            return io_.end_read();
        case due::answer_for_handler:
            return answer_for_handler();
        case due::cut:
            return cut();
    }
}

void session::wind_down(bool idle_too) {
    boost::system::error_code ec;
    const auto p = io_.now_in();
    const bool quiet = p == phase::idle && idle_too && io_.socket().available(ec) == 0;
    if (quiet || p == phase::lingering || p == phase::awaiting_piece) return cut();
    if (p == phase::taken && !idle_too) stop_.emit(asio::cancellation_type::terminal);
}

void session::cut() {
    io_.cut();
    stop_.emit(asio::cancellation_type::terminal);
}

}  // namespace tidings::http
