// A statement's way to the server and its answer's way back.
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>

#include "pg/session.hpp"

namespace tidings::pg {

using runtime::asio::posix::descriptor_base;

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

}  // namespace

void connection::state::sent(int success) {
    if (success != 1) throw lost("sending");
    unread = true;
}

// False when the connection is lost and nothing that came before the loss is left to read: a server that says why it
// hangs up (57P01: shutting down) is heard.
bool connection::state::consume() { return PQconsumeInput(handle.get()) == 1 || PQisBusy(handle.get()) != 1; }

answer connection::state::describe(std::unique_ptr<PGresult, void (*)(PGresult*)> r) const {
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

runtime::task<> connection::state::flush() {
    while (PQflush(handle.get()) == 1) {
        co_await wait_for_either();
        if (!consume()) throw lost("sending");
    }
}

// False when the connection is lost.
runtime::task<bool> connection::state::result_arrives() {
    while (PQisBusy(handle.get()) == 1) {
        co_await wait(descriptor_base::wait_read);
        if (!consume()) co_return false;
    }
    co_return true;
}

runtime::task<answer> connection::state::read_answer() {
    if (PQflush(handle.get()) == 1) co_await flush();
    answer whole;
    // The last result and the end of the answer usually come in one packet: then there is nothing more to wait for.
    while (PQisBusy(handle.get()) != 1 || co_await result_arrives()) {
        PGresult* const next = PQgetResult(handle.get());
        if (next == nullptr) break;
        answer part = describe({next, PQclear});
        if (!whole.failure) whole = std::move(part);
    }
    unread = false;
    if (PQstatus(handle.get()) == CONNECTION_BAD) {
        broken = true;
        if (!whole.failure) whole.failure = lost("reading");
        if (!whole.failure->unavailable()) whole.failure->sqlstate = "08006";
    }
    co_return whole;
}

runtime::task<> connection::state::prepare(const statement& s, const parameters& p) {
    types_.clear();
    for (const auto& value : p.values_)
        types_.push_back(value.oid);
    sent(PQsendPrepare(handle.get(), s.name, s.sql, static_cast<int>(types_.size()), types_.data()));
    const answer a = co_await read_answer();
    if (a.failure) throw *a.failure;
    prepared.insert(s.name);
}

runtime::task<answer> connection::state::run(const statement& s, const parameters& p) {
    values_.clear();
    lengths_.clear();
    formats_.clear();
    for (const auto& value : p.values_) {
        values_.push_back(value.is_null ? nullptr : value.bytes.c_str());
        lengths_.push_back(static_cast<int>(value.bytes.size()));
        formats_.push_back(value.format);
    }
    sent(PQsendQueryPrepared(handle.get(), s.name, static_cast<int>(values_.size()), values_.data(), lengths_.data(),
                             formats_.data(), 0));
    return read_answer();
}

runtime::task<answer> connection::state::run(const std::string& sql) {
    sent(PQsendQuery(handle.get(), sql.c_str()));
    return read_answer();
}

runtime::task<> connection::state::forget(const statement& s) {
    prepared.erase(s.name);
    co_await run("deallocate \"" + std::string(s.name) + '"');  // fails when it is gone already: just as well
}

std::vector<connection::notification> connection::state::heard() {
    std::vector<notification> out;
    while (PGnotify* n = PQnotifies(handle.get())) {
        out.push_back({n->relname, n->extra});
        PQfreemem(n);
    }
    return out;
}

runtime::task<std::vector<connection::notification>> connection::state::listen() {
    std::vector<notification> out = heard();
    while (out.empty()) {
        const auto [failure] =
            co_await socket.async_wait(descriptor_base::wait_read, runtime::asio::as_tuple(runtime::use_task));
        if (deadline->expired()) break;
        if (failure) throw boost::system::system_error(failure);
        if (PQconsumeInput(handle.get()) != 1) {
            broken = true;
            throw lost("listening");
        }
        out = heard();
    }
    co_return out;
}

}  // namespace tidings::pg
