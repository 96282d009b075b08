#include "pg/session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>

namespace tidings::pg {

using runtime::asio::posix::descriptor_base;

namespace {

// Of "FATAL:  28P01: password authentication failed", as libpq tells it when asked to be verbose: the code.
std::string take_server_code(std::string& text) {
    constexpr std::string_view before = "FATAL:  ";
    const auto at = text.rfind(before);
    const auto code = at + before.size();
    if (at == std::string::npos || text.size() < code + 7 || text.compare(code + 5, 2, ": ") != 0) return {};
    std::string found = text.substr(code, 5);
    text.erase(code, 7);
    text.erase(std::min(text.find("\nLOCATION:"), text.size()));
    return found;
}

// libpq gives no SQLSTATE for a connect that failed.
error connect_failure(PGconn* handle) {
    std::string text = without_newline(PQerrorMessage(handle));
    const auto code = take_server_code(text);
    const bool refused =
        code.starts_with("28") || code == "3D000" || code == "42501" || PQconnectionNeedsPassword(handle) == 1;
    return {refused ? "08004" : "08001", text};
}

std::string literal(PGconn* handle, const std::string& text) {
    const std::unique_ptr<char, decltype(&PQfreemem)> quoted(PQescapeLiteral(handle, text.c_str(), text.size()),
                                                             &PQfreemem);
    if (!quoted) throw error("08006", "connecting: a setting cannot be quoted");
    return quoted.get();
}

void ignore_notice(void*, const char*) {}  // libpq would print it to stderr

}  // namespace

std::string without_newline(std::string text) {
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

connection::state::state(const runtime::executor& ex) : handle(nullptr, PQfinish), socket(ex) {}

void connection::state::become_watched() {
    deadline = std::make_shared<deadline_watch>(socket.get_executor(), [this] {
        boost::system::error_code nothing_to_cancel;
        socket.cancel(nothing_to_cancel);
    });
}

connection::state::~state() {
    if (deadline) deadline->abandon();
}

error connection::state::lost(const char* doing) const {
    return {"08006", std::string(doing) + ": " + without_newline(PQerrorMessage(handle.get()))};
}

// The descriptor closes what it holds, and libpq closes its own: it gets a duplicate.
void connection::state::watch_socket() {
    boost::system::error_code ignored;
    socket.close(ignored);
    const int own = ::dup(PQsocket(handle.get()));
    if (own < 0) throw error("08006", "connecting: no file descriptor left for the socket");
    socket.assign(own);
}

runtime::task<> connection::state::wait(descriptor_base::wait_type for_what) {
    const auto [failure] = co_await socket.async_wait(for_what, runtime::asio::as_tuple(runtime::use_task));
    if (deadline->expired()) throw error("08006", "deadline passed waiting for PostgreSQL");
    if (failure) throw boost::system::system_error(failure);
}

// While the server does not take what we send it may itself be waiting for us to read.
runtime::task<> connection::state::wait_for_either() {
    struct race {
        bool over = false, readable = false;
    };
    const auto seen = std::make_shared<race>();
    socket.async_wait(descriptor_base::wait_read, [self = shared_from_this(), seen](boost::system::error_code failure) {
        if (failure || seen->over) return;
        seen->readable = true;
        self->socket.cancel();
    });
    const auto [failure] =
        co_await socket.async_wait(descriptor_base::wait_write, runtime::asio::as_tuple(runtime::use_task));
    seen->over = true;
    socket.cancel();
    if (deadline->expired()) throw error("08006", "deadline passed sending to PostgreSQL");
    if (failure && !seen->readable) throw boost::system::system_error(failure);
}

runtime::task<> connection::state::connect(const keywords& k) {
    for (const auto& [name, value] : k)
        values_.push_back(name.c_str());
    std::vector<const char*> texts;
    for (const auto& [name, value] : k)
        texts.push_back(value.c_str());
    values_.push_back(nullptr);
    texts.push_back(nullptr);
    handle.reset(PQconnectStartParams(values_.data(), texts.data(), 0));
    if (!handle) throw std::bad_alloc();
    PQsetNoticeProcessor(handle.get(), ignore_notice, nullptr);
    PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE);

    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (PQstatus(handle.get()) != CONNECTION_BAD && next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
        // Another host or another try has another socket, possibly of the same number.
        watch_socket();
        co_await wait(next == PGRES_POLLING_READING ? descriptor_base::wait_read : descriptor_base::wait_write);
        next = PQconnectPoll(handle.get());
    }
    if (next != PGRES_POLLING_OK) throw connect_failure(handle.get());
    PQsetErrorVerbosity(handle.get(), PQERRORS_DEFAULT);
    PQsetnonblocking(handle.get(), 1);
    watch_socket();
}

runtime::task<> connection::state::apply(const std::vector<std::pair<std::string, std::string>>& settings) {
    std::string sql;
    for (const auto& [name, value] : settings) {
        sql += sql.empty() ? "select set_config(" : ", set_config(";
        sql.append(literal(handle.get(), name)).append(", ").append(literal(handle.get(), value)).append(", false)");
    }
    if (sql.empty()) co_return;
    const answer a = co_await run(sql);
    if (a.failure) throw *a.failure;
}

bool connection::state::healthy() const {
    if (broken || PQstatus(handle.get()) != CONNECTION_OK) return false;
    // Whatever came while nothing was asked for is parsed (a farewell, a changed setting); the end of the stream is a
    // loss.
    char byte = 0;
    ssize_t n = 0;
    while ((n = ::recv(PQsocket(handle.get()), &byte, 1, MSG_PEEK | MSG_DONTWAIT)) > 0) {
        if (PQconsumeInput(handle.get()) != 1) return false;
        (void)PQisBusy(handle.get());
    }
    return n != 0 && PQstatus(handle.get()) == CONNECTION_OK;
}

connection::visit::visit(state& s, std::chrono::milliseconds limit) : state_(s) {
    if (s.broken) throw error("08006", "the connection is broken");
    if (s.in_use || s.unread) throw std::logic_error("pg::connection: one query at a time");
    s.in_use = true;
    s.deadline->start(std::chrono::steady_clock::now() + limit);
}

connection::visit::~visit() {
    state_.deadline->stop();
    state_.in_use = false;
    if (state_.unread) state_.broken = true;
}

}  // namespace tidings::pg
