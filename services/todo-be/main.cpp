// todo-be: the to-do API and the relay of its events.
#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "app.hpp"
#include "config.hpp"
#include "observe/log.hpp"
#include "pg/conninfo.hpp"

namespace {

using namespace tidings;
using namespace tidings::todo_be;

constexpr std::string_view usage =
    "todo-be is the to-do API and the relay of its events to NATS.\n\n"
    "Usage: todo-be [--config FILE] [--migrate-only]\n\n"
    "--migrate-only applies the database's migrations and ends: 0 done, 1 the database is away, 2 it can never "
    "work.\n\n"
    "Settings (YAML key, environment variable, default, meaning); NAME_FILE reads NAME from a file:\n\n";

// Runs one task to its end; what it throws comes out of here.
void run(runtime::asio::io_context& ctx, runtime::task<> t) {
    runtime::asio::co_spawn(ctx.get_executor(), std::move(t), [&ctx](const std::exception_ptr& failure) {
        ctx.stop();
        if (failure) std::rethrow_exception(failure);
    });
    ctx.run();
}

int print_help() {
    auto in = config::reader::for_help();
    read_settings(in);
    std::cout << usage << in.describe();
    return EXIT_SUCCESS;
}

int migrate_only(runtime::asio::io_context& ctx, const settings& s) {
    try {
        run(ctx, migrate_when_possible(ctx, s, s.migrate_timeout));
        return EXIT_SUCCESS;
    } catch (const pg::error& e) {
        log::error("the migrations cannot be applied", {{"error", e.what()}});
        return e.unavailable() && !e.refused() ? EXIT_FAILURE : 2;
    }
}

int start(const config::command_line& line) {
    if (line.help) return print_help();
    auto in = config::reader::load(line.config_file, config::process_environment());
    const auto s = read_settings(in);
    in.finish();
    log::setup("todo-be", s.log_level, s.log_format);
    if (pg::readable_on_the_way(conninfo_of(s)))
        log::warn("PostgreSQL is another machine and may be spoken to without TLS; set PGSSLMODE=verify-full");
    for (const auto& text : in.warnings())
        log::warn(text);
    runtime::asio::io_context ctx(1);
    if (!line.flags.empty()) return migrate_only(ctx, s);
    app service(ctx, s);
    run(ctx, service.run());
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto line = config::parse_command_line(argc, argv, {"--migrate-only"});
        if (line.version) {
            std::puts("todo-be " TIDINGS_VERSION);
            return EXIT_SUCCESS;
        }
        return start(line);
    } catch (const config::error& e) {
        std::cerr << "todo-be cannot start:\n" << e.what() << '\n';
        return 2;
    } catch (const std::exception& e) {
        std::cerr << "todo-be ended: " << e.what() << '\n';
        return EXIT_FAILURE;
    }
}
