#include "pg/exchange.hpp"

#include <stdexcept>
#include <utility>

namespace tidings::pg {

namespace {

error failure_of(const PGresult* r) {
    const char* state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char* primary = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    const std::string_view code = state != nullptr ? state : "08006";
    // The detail is left out: it quotes the row.
    auto text = without_newline(primary != nullptr ? primary : PQresultErrorMessage(r));
    if (code == "26000" || code == "42P05") text += "; behind PgBouncer set pool_mode = session";
    return {std::string(code), text};
}

// The message of "cached plan must not change result type" is translated by the server; the function that raises it is
// not.
bool plan_is_stale(const PGresult* r, const error& e) {
    if (e.sqlstate == "26000") return true;
    const char* raised_by = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
    return e.sqlstate == "0A000" && raised_by != nullptr && std::string_view(raised_by) == "RevalidateCachedQuery";
}

answer describe(std::unique_ptr<PGresult, void (*)(PGresult*)> r) {
    answer a;
    switch (PQresultStatus(r.get())) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_SINGLE_TUPLE:
        case PGRES_EMPTY_QUERY:
            a.result = rows(r.release());
            return a;
        case PGRES_COPY_IN:
        case PGRES_COPY_OUT:
        case PGRES_COPY_BOTH:
            throw error("0A000", "COPY is not supported here");
        default:
            a.failure = failure_of(r.get());
            a.plan_is_stale = plan_is_stale(r.get(), *a.failure);
            return a;
    }
}

std::string literal(PGconn* handle, const std::string& text) {
    const std::unique_ptr<char, decltype(&PQfreemem)> quoted(PQescapeLiteral(handle, text.c_str(), text.size()),
                                                             &PQfreemem);
    if (!quoted) throw error("08006", "connecting: a setting cannot be quoted");
    return quoted.get();
}

}  // namespace

exchange::exchange(std::shared_ptr<wire> w, bool prepares) : wire_(std::move(w)), prepares_(prepares) {}

void exchange::sent(int success) {
    if (success != 1) throw wire_->lost("sending");
    unread_ = true;
}

// False when the connection is lost and everything received before the loss has been read, including the server's
// reason for closing it (57P01: shutting down).
bool exchange::consume() { return PQconsumeInput(wire_->handle()) == 1 || PQisBusy(wire_->handle()) != 1; }

runtime::task<> exchange::flush() {
    while (PQflush(wire_->handle()) == 1) {
        co_await wire_->wait_for_either();
        if (!consume()) throw wire_->lost("sending");
    }
}

// False when the connection is lost.
runtime::task<bool> exchange::result_arrives() {
    while (PQisBusy(wire_->handle()) == 1) {
        co_await wire_->wait(wire::wait_type::wait_read);
        if (!consume()) co_return false;
    }
    co_return true;
}

runtime::task<answer> exchange::read_answer() {
    if (PQflush(wire_->handle()) == 1) co_await flush();
    answer whole;
    // The last result and the end of the answer usually come in one packet: then there is nothing more to wait for.
    while (PQisBusy(wire_->handle()) != 1 || co_await result_arrives()) {
        PGresult* const next = PQgetResult(wire_->handle());
        if (next == nullptr) break;
        answer part = describe({next, PQclear});
        if (!whole.failure) whole = std::move(part);
    }
    unread_ = false;
    if (PQstatus(wire_->handle()) == CONNECTION_BAD) {
        broken_ = true;
        if (!whole.failure) whole.failure = wire_->lost("reading");
        if (!whole.failure->unavailable()) whole.failure->sqlstate = "08006";
    }
    co_return whole;
}

runtime::task<> exchange::prepare(const statement& s, const parameters& p) {
    take_values(p);
    sent(PQsendPrepare(wire_->handle(), s.name().c_str(), s.sql().c_str(), static_cast<int>(types_.size()),
                       types_.data()));
    const answer a = co_await read_answer();
    if (a.failure) throw *a.failure;
    prepared_.add(s.name());
    if (auto surplus = prepared_.surplus()) co_await forget(std::move(*surplus));
}

void exchange::take_values(const parameters& p) {
    types_.clear();
    values_.clear();
    lengths_.clear();
    formats_.clear();
    for (const auto& value : p.values_) {
        types_.push_back(value.oid);
        values_.push_back(value.bytes.c_str());
        lengths_.push_back(static_cast<int>(value.bytes.size()));
        formats_.push_back(value.format);
    }
}

runtime::task<answer> exchange::run(const statement& s, const parameters& p) {
    take_values(p);
    sent(PQsendQueryPrepared(wire_->handle(), s.name().c_str(), static_cast<int>(values_.size()), values_.data(),
                             lengths_.data(), formats_.data(), 0));
    return read_answer();
}

runtime::task<answer> exchange::run_unprepared(const statement& s, const parameters& p) {
    take_values(p);
    sent(PQsendQueryParams(wire_->handle(), s.sql().c_str(), static_cast<int>(values_.size()), types_.data(),
                           values_.data(), lengths_.data(), formats_.data(), 0));
    return read_answer();
}

runtime::task<answer> exchange::run(const std::string& sql) {
    sent(PQsendQuery(wire_->handle(), sql.c_str()));
    return read_answer();
}

runtime::task<> exchange::forget(std::string name) {
    prepared_.remove(name);
    co_await run("deallocate \"" + name + '"');  // failure is harmless: it is already gone
}

std::vector<notification> exchange::arrived() {
    std::vector<notification> out;
    while (PGnotify* n = PQnotifies(wire_->handle())) {
        out.push_back({n->relname, n->extra});
        PQfreemem(n);
    }
    return out;
}

// False when there is nothing to wait for any more.
runtime::task<bool> exchange::listen() {
    if (stopped_) co_return false;
    listening_ = true;
    const bool readable = co_await wire_->readable(stopped_);
    listening_ = false;
    co_return readable;
}

void exchange::stop_waiting() {
    if (!listening_) return;
    stopped_ = true;
    wire_->cancel();
}

runtime::task<std::vector<notification>> exchange::notifications() {
    auto out = arrived();
    stopped_ = false;
    while (out.empty() && co_await listen()) {
        if (PQconsumeInput(wire_->handle()) != 1) {
            broken_ = true;
            throw wire_->lost("listening");
        }
        out = arrived();
    }
    co_return out;
}

runtime::task<rows> exchange::query(const statement& s, const parameters& p) {
    if (prepares_ && !prepared_.use(s.name())) co_await prepare(s, p);
    answer a = prepares_ ? co_await run(s, p) : co_await run_unprepared(s, p);
    // Within a transaction nothing more can run: it has failed as a whole.
    if (prepares_ && a.plan_is_stale && PQtransactionStatus(wire_->handle()) == PQTRANS_IDLE) {
        co_await forget(s.name());
        co_await prepare(s, p);
        a = co_await run(s, p);
    }
    if (a.failure) throw *a.failure;
    co_return std::move(a.result);
}

runtime::task<rows> exchange::execute(const std::string& sql) {
    answer a = co_await run(sql);
    if (a.failure) throw *a.failure;
    co_return std::move(a.result);
}

runtime::task<> exchange::apply(const std::vector<std::pair<std::string, std::string>>& settings) {
    std::string sql;
    for (const auto& [name, value] : settings) {
        sql += sql.empty() ? "select set_config(" : ", set_config(";
        sql.append(literal(wire_->handle(), name))
            .append(", ")
            .append(literal(wire_->handle(), value))
            .append(", false)");
    }
    if (sql.empty()) co_return;
    co_await execute(sql);
}

void exchange::abandon() {
    broken_ = true;
    wire_->cancel();
}

bool exchange::at_rest() const { return !busy() && !broken() && PQtransactionStatus(wire_->handle()) == PQTRANS_IDLE; }

exchange::visit::visit(exchange& e, std::chrono::milliseconds limit) : exchange_(e) {
    if (e.broken_) throw error("08006", "the connection is broken");
    if (e.busy()) throw std::logic_error("pg::connection: one query at a time");
    e.in_use_ = true;
    e.wire_->deadline().start(std::chrono::steady_clock::now() + limit);
}

exchange::visit::~visit() {
    exchange_.wire_->deadline().stop();
    exchange_.in_use_ = false;
    if (exchange_.unread_) exchange_.broken_ = true;
}

}  // namespace tidings::pg
