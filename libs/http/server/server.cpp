#include "http/server/server.hpp"

#include <algorithm>

#include "http/server/listener.hpp"
#include "http/server/server_context.hpp"
#include "http/server/session.hpp"

namespace tidings::http {

using namespace std::chrono_literals;

namespace {

// A client may be sending on a kept-alive connection when the server is told to stop: it gets an answer with
// `Connection: close`. A connection that stays quiet for this long is closed.
constexpr auto last_requests = 1s;
// What was cut ends within the next turns of the loop, unless a handler ignores its cancellation.
constexpr auto time_to_end_after_cut = 100ms;

// A deadline is noticed up to a tenth late.
std::chrono::milliseconds sweep_interval(const server_context& c) {
    const auto& o = c.options;
    auto shortest = std::min({o.header_timeout, o.body_timeout, o.idle_timeout, o.write_timeout, o.handler_timeout,
                              std::chrono::milliseconds(5s)});
    if (const auto of_routes = c.routes.shortest_timeout()) shortest = std::min(shortest, *of_routes);
    return std::max(shortest / 10, std::chrono::milliseconds(5));
}

}  // namespace

struct server::state : std::enable_shared_from_this<server::state> {
    state(const runtime::executor& ex, server_options options, router routes)
        : sweep_timer(ex),
          context(std::make_shared<server_context>(ex, std::move(options), std::move(routes))),
          listening(std::make_shared<listener>(ex, context)) {}

    static runtime::task<> sweep(std::shared_ptr<state> self);
    void cut_all();
    void wind_down(bool idle_too);

    runtime::steady_timer sweep_timer;
    std::shared_ptr<server_context> context;
    std::shared_ptr<listener> listening;
    bool closed = false;
};

runtime::task<> server::state::sweep(std::shared_ptr<state> self) {
    auto& sessions = self->context->sessions;
    while (!self->closed || !sessions.empty()) {
        self->sweep_timer.expires_after(sweep_interval(*self->context));
        co_await self->sweep_timer.async_wait(runtime::use_task);
        const auto now = std::chrono::steady_clock::now();
        for (auto* s : sessions)
            s->check(now);
    }
}

void server::state::cut_all() {
    for (auto* s : context->sessions)
        s->cut();
}

void server::state::wind_down(bool idle_too) {
    for (auto* s : context->sessions)
        s->wind_down(idle_too);
}

server::server(runtime::asio::io_context& ctx, server_options options, router routes)
    : state_(std::make_shared<state>(ctx.get_executor(), std::move(options), std::move(routes))) {
    state_->listening->start();
    spawn_until_cancelled(ctx.get_executor(), state::sweep(state_));
}

server::~server() {
    state_->closed = true;
    state_->listening->close();
    state_->cut_all();
    state_->sweep_timer.cancel();
}

std::uint16_t server::port() const { return state_->listening->port(); }

std::size_t server::connections() const { return state_->context->sessions.size(); }

runtime::task<> server::stop(std::chrono::milliseconds limit) {
    const auto state = state_;
    auto& context = *state->context;
    const auto began = std::chrono::steady_clock::now();
    const auto until = began + limit;
    const auto idle_until = std::min(until, began + last_requests);
    context.stopping = true;
    state->closed = true;
    state->listening->close();
    state->wind_down(false);
    for (bool idle_ended = false; !context.sessions.empty();) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= until) break;
        if (!idle_ended && now >= idle_until) {
            state->wind_down(true);
            idle_ended = true;
        } else {
            co_await context.ended.wait((idle_ended ? until : idle_until) - now);
        }
    }
    state->cut_all();
    if (!context.sessions.empty()) co_await context.ended.wait(time_to_end_after_cut);
}

}  // namespace tidings::http
