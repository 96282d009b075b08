// The event loop of a test: runs it until something holds, or until a task has its result.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <utility>

#include "bus/jetstream/jetstream.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

template <class T>
struct Catch::StringMaker<boost::system::result<T, boost::system::error_code>> {
    static std::string convert(const boost::system::result<T, boost::system::error_code>& r) {
        return r ? "a value" : r.error().message();
    }
};

namespace tidings::bus {

using namespace std::chrono_literals;

struct loop {
    runtime::asio::io_context ctx{1};

    template <class Condition>
    bool until(const Condition& holds, std::chrono::milliseconds limit = 20s) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > end) return false;
            ctx.run_one_for(5ms);
            if (ctx.stopped()) ctx.restart();
        }
        return true;
    }

    // The only way to check that something does not happen.
    void for_a_while(std::chrono::milliseconds d) {
        const auto end = std::chrono::steady_clock::now() + d;
        until([&] { return std::chrono::steady_clock::now() > end; }, d + 1s);
    }

    template <class T>
    T run(runtime::task<T> t) {
        std::optional<T> outcome;
        std::exception_ptr failure;
        runtime::asio::co_spawn(ctx, std::move(t), [&](std::exception_ptr e, T value) {
            failure = e;
            outcome.emplace(std::move(value));
        });
        if (!until([&] { return outcome.has_value(); })) throw std::runtime_error("a task did not end");
        if (failure) std::rethrow_exception(failure);
        return std::move(*outcome);
    }

    // Until the server has received all that was published on `c`: it echoes this message in order.
    bool flush(connection& c) {
        bool back = false;
        const auto inbox = c.open_inbox([&](message&) {
            back = true;
            return false;
        });
        const bool flushed = c.publish(inbox, "") && until([&] { return back; }, 5s);
        c.close_inbox(inbox);
        return flushed;
    }

    bool connected(const connection& c) {
        return until([&] { return c.connected(); });
    }
};

// Freezes a server, as if its machine hung; SIGCONT resumes it. Returns when all its threads are stopped.
inline void freeze(pid_t pid) {
    ::kill(pid, SIGSTOP);
    const std::filesystem::path tasks = "/proc/" + std::to_string(pid) + "/task";
    REQUIRE(support::eventually([&] {
        for (const auto& task : std::filesystem::directory_iterator(tasks)) {
            std::ifstream stat(task.path() / "stat");
            const std::string text(std::istreambuf_iterator<char>(stat), {});
            if (text.find(") T ") == std::string::npos) return false;
        }
        return true;
    }));
}

inline connection_options quick(const std::string& url) {
    connection_options o;
    o.url = url;
    o.reconnect_wait = 50ms;
    return o;
}

inline stream_config stream_of(const std::string& name) {
    stream_config c;
    c.name = name;
    c.subjects = {name + ".>"};
    return c;
}

// A durable that acks explicitly, as other services have them.
inline bool make_durable(loop& l, connection& c, const std::string& stream, const std::string& durable,
                         std::chrono::seconds ack_wait = std::chrono::seconds(10), const std::string& more = {}) {
    const auto config = R"({"stream_name":")" + stream + R"(","config":{"durable_name":")" + durable +
                        R"(","deliver_policy":"all","ack_policy":"explicit","max_ack_pending":256,"ack_wait":)" +
                        std::to_string(std::chrono::nanoseconds(ack_wait).count()) + more + "}}";
    const auto made = l.run(c.request("$JS.API.CONSUMER.DURABLE.CREATE." + stream + "." + durable, config, {}, 5s));
    return made && made->payload().find("\"error\"") == std::string_view::npos;
}

}  // namespace tidings::bus
