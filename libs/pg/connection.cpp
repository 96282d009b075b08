#include "pg/connection.hpp"

#include "pg/exchange.hpp"
#include "pg/resolve.hpp"

namespace tidings::pg {

connection::connection(std::shared_ptr<exchange> e, std::chrono::milliseconds query_timeout)
    : exchange_(std::move(e)), query_timeout_(query_timeout) {}

connection::~connection() { exchange_->abandon(); }

runtime::task<std::unique_ptr<connection>> connection::open(runtime::asio::io_context& ctx, connect_options options) {
    const auto until = std::chrono::steady_clock::now() + options.connect_timeout;
    keywords k = connection_keywords(options);
    co_await resolve_hosts(k, until);

    const auto w = wire::make(ctx.get_executor());
    const auto e = std::make_shared<exchange>(w, options.prepares);
    w->deadline().start(until);
    co_await w->connect(k);
    co_await e->apply(options.settings);
    w->deadline().stop();
    co_return std::unique_ptr<connection>(new connection(e, options.query_timeout));
}

runtime::task<rows> connection::query(const statement& s, const parameters& p) { return query(s, p, query_timeout_); }

runtime::task<rows> connection::query(const statement& s, const parameters& p, std::chrono::milliseconds deadline) {
    const auto e = exchange_;
    const exchange::visit here(*e, deadline);
    co_return co_await e->query(s, p);
}

runtime::task<rows> connection::execute(const std::string& sql) { return execute(sql, query_timeout_); }

runtime::task<rows> connection::execute(const std::string& sql, std::chrono::milliseconds deadline) {
    const auto e = exchange_;
    const exchange::visit here(*e, deadline);
    co_return co_await e->execute(sql);
}

runtime::task<std::vector<notification>> connection::notifications(std::chrono::milliseconds limit) {
    const auto e = exchange_;
    const exchange::visit here(*e, limit);
    co_return co_await e->notifications();
}

std::vector<notification> connection::arrived() { return exchange_->arrived(); }

void connection::stop_waiting() { exchange_->stop_waiting(); }

bool connection::broken() const { return exchange_->broken(); }

bool connection::busy() const { return exchange_->busy(); }

bool connection::at_rest() const { return exchange_->at_rest(); }

bool connection::alive() const { return exchange_->healthy(); }

}  // namespace tidings::pg
