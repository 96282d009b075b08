#include "pg/connection.hpp"

#include "pg/resolve.hpp"
#include "pg/session.hpp"

namespace tidings::pg {

connection::connection(std::shared_ptr<state> s) : state_(std::move(s)) {}

connection::~connection() {
    // Wakes a task that is still inside; it finds its connection gone.
    state_->broken = true;
    boost::system::error_code ignored;
    state_->socket.cancel(ignored);
}

runtime::task<std::unique_ptr<connection>> connection::open(runtime::asio::io_context& ctx, connect_options options) {
    const auto until = std::chrono::steady_clock::now() + options.connect_timeout;
    keywords k = connection_keywords(options);
    co_await resolve_hosts(k, until);

    const auto s = std::make_shared<state>(ctx.get_executor());
    s->become_watched();
    s->query_timeout = options.query_timeout;
    s->deadline->start(until);
    co_await s->connect(k);
    co_await s->apply(options.settings);
    s->deadline->stop();
    co_return std::unique_ptr<connection>(new connection(s));
}

runtime::task<rows> connection::query(const statement& s, const parameters& p) {
    return query(s, p, state_->query_timeout);
}

runtime::task<rows> connection::query(const statement& s, const parameters& p, std::chrono::milliseconds deadline) {
    const auto self = state_;
    const visit here(*self, deadline);
    if (!self->prepared.contains(s.name)) co_await self->prepare(s, p);
    answer a = co_await self->run(s, p);
    // Within a transaction nothing more can run: it has failed as a whole.
    if (a.plan_is_stale && PQtransactionStatus(self->handle.get()) == PQTRANS_IDLE) {
        co_await self->forget(s);
        co_await self->prepare(s, p);
        a = co_await self->run(s, p);
    }
    if (a.failure) throw *a.failure;
    co_return std::move(a.result);
}

runtime::task<rows> connection::execute(const std::string& sql) { return execute(sql, state_->query_timeout); }

runtime::task<rows> connection::execute(const std::string& sql, std::chrono::milliseconds deadline) {
    const auto self = state_;
    const visit here(*self, deadline);
    answer a = co_await self->run(sql);
    if (a.failure) throw *a.failure;
    co_return std::move(a.result);
}

runtime::task<std::vector<connection::notification>> connection::notifications(std::chrono::milliseconds limit) {
    const auto self = state_;
    const visit here(*self, limit);
    co_return co_await self->listen();
}

bool connection::broken() const { return state_->broken || PQstatus(state_->handle.get()) == CONNECTION_BAD; }

bool connection::busy() const { return state_->in_use || state_->unread; }

bool connection::at_rest() const {
    return !busy() && !broken() && PQtransactionStatus(state_->handle.get()) == PQTRANS_IDLE;
}

bool connection::alive() const { return state_->healthy(); }

}  // namespace tidings::pg
