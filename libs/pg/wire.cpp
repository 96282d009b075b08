#include "pg/wire.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>
#include <new>
#include <vector>

namespace tidings::pg {

using runtime::asio::posix::descriptor_base;

namespace {

// The code in "FATAL:  28P01: password authentication failed", libpq's verbose form.
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

// libpq's words for a server that speaks no TLS, or whose certificate is not trusted, and for files of ours that it
// cannot use: none of it becomes right by waiting.
bool is_about_trust(std::string_view text) {
    constexpr auto words = std::to_array<std::string_view>(
        {"certificate verify failed", "server certificate for ", "server does not support SSL", "root certificate file",
         "certificate file ", "private key file ", "could not read root certificate"});
    return std::ranges::any_of(words, [&](auto w) { return text.find(w) != std::string_view::npos; });
}

// libpq gives no SQLSTATE for a connect that failed.
error connect_failure(PGconn* handle) {
    std::string text = without_newline(PQerrorMessage(handle));
    const auto code = take_server_code(text);
    const bool refused = code.starts_with("28") || code == "3D000" || code == "42501" ||
                         PQconnectionNeedsPassword(handle) == 1 || (code.empty() && is_about_trust(text));
    return {refused ? "08004" : "08001", text};
}

void ignore_notice(void*, const char*) {}  // libpq would print it to stderr

}  // namespace

std::string without_newline(std::string text) {
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

wire::wire(const runtime::executor& ex) : handle_(nullptr, PQfinish), socket_(ex) {}

std::shared_ptr<wire> wire::make(const runtime::executor& ex) {
    const std::shared_ptr<wire> made(new wire(ex));
    made->deadline_ = std::make_shared<deadline_watch>(ex, [w = made.get()] { w->cancel(); });
    return made;
}

wire::~wire() {
    if (deadline_) deadline_->abandon();
}

void wire::cancel() {
    boost::system::error_code nothing_to_cancel;
    socket_.cancel(nothing_to_cancel);
}

error wire::lost(const char* doing) const {
    return {"08006", std::string(doing) + ": " + without_newline(PQerrorMessage(handle_.get()))};
}

// Both the descriptor and libpq close their socket, so the descriptor gets a duplicate.
void wire::watch_socket() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    const int own = ::dup(PQsocket(handle_.get()));
    if (own < 0) throw error("08006", "connecting: no file descriptor left for the socket");
    socket_.assign(own);
}

runtime::task<> wire::wait(wait_type for_what) {
    const auto [failure] = co_await socket_.async_wait(for_what, runtime::asio::as_tuple(runtime::use_task));
    if (deadline_->expired()) throw error("08006", "deadline passed waiting for PostgreSQL");
    if (failure) throw boost::system::system_error(failure);
}

runtime::task<> wire::wait_for_either() {
    struct race {
        bool over = false, readable = false;
    };
    const auto seen = std::make_shared<race>();
    socket_.async_wait(descriptor_base::wait_read,
                       [self = shared_from_this(), seen](boost::system::error_code failure) {
                           if (failure || seen->over) return;
                           seen->readable = true;
                           self->socket_.cancel();
                       });
    const auto [failure] =
        co_await socket_.async_wait(descriptor_base::wait_write, runtime::asio::as_tuple(runtime::use_task));
    seen->over = true;
    socket_.cancel();
    if (deadline_->expired()) throw error("08006", "deadline passed sending to PostgreSQL");
    if (failure && !seen->readable) throw boost::system::system_error(failure);
}

runtime::task<bool> wire::readable(const bool& stopped) {
    const auto [failure] =
        co_await socket_.async_wait(descriptor_base::wait_read, runtime::asio::as_tuple(runtime::use_task));
    if (deadline_->expired() || (failure && stopped)) co_return false;
    if (failure) throw boost::system::system_error(failure);
    co_return true;
}

runtime::task<> wire::connect(const keywords& k) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : k) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    handle_.reset(PQconnectStartParams(names.data(), values.data(), 0));
    if (!handle_) throw std::bad_alloc();
    PQsetNoticeProcessor(handle_.get(), ignore_notice, nullptr);
    PQsetErrorVerbosity(handle_.get(), PQERRORS_VERBOSE);

    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (PQstatus(handle_.get()) != CONNECTION_BAD && next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
        // Another host or another try has another socket, possibly of the same number.
        watch_socket();
        co_await wait(next == PGRES_POLLING_READING ? descriptor_base::wait_read : descriptor_base::wait_write);
        next = PQconnectPoll(handle_.get());
    }
    if (next != PGRES_POLLING_OK) throw connect_failure(handle_.get());
    PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
    PQsetnonblocking(handle_.get(), 1);
    watch_socket();
}

bool wire::healthy() const {
    if (PQstatus(handle_.get()) != CONNECTION_OK) return false;
    // Unsolicited messages are parsed (a shutdown notice, a changed setting); the end of the stream is a loss.
    char byte = 0;
    ssize_t n = 0;
    while ((n = ::recv(PQsocket(handle_.get()), &byte, 1, MSG_PEEK | MSG_DONTWAIT)) > 0) {
        if (PQconsumeInput(handle_.get()) != 1) return false;
        (void)PQisBusy(handle_.get());
    }
    return n != 0 && PQstatus(handle_.get()) == CONNECTION_OK;
}

}  // namespace tidings::pg
