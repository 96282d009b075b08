// What all sessions of one server share. Internal to libs/http/server.
#pragma once

#include <exception>
#include <list>
#include <string>

#include "http/server/router.hpp"
#include "http/server/server_options.hpp"
#include "runtime/task.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::http {

class session;

struct server_context {
    server_context(const runtime::executor& ex, server_options o, router r)
        : options(std::move(o)), routes(std::move(r)), ended(ex) {}

    void report_failure(const request& r, const std::exception_ptr& failure) const;

    const server_options options;
    const router routes;
    // Shared by all sessions, which run on one thread: a session copies what it does not use immediately.
    std::string read_buffer = std::string(32 * std::size_t{1024}, '\0');
    std::list<session*> sessions;
    std::size_t turned_away = 0;  // of the sessions, those over connection_limit
    std::size_t held = 0;         // bytes held by the requests in progress; at most options.body_budget
    bool stopping = false;
    runtime::wakeup ended;  // notified whenever a session has ended
};

// Runs `t`; what it throws ends the process, unless that is its cancellation.
void spawn_until_cancelled(const runtime::executor& ex, runtime::task<> t);

}  // namespace tidings::http
