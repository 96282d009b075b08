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
    "usage: todo-be [--config FILE] [--migrate-only] [--help] [--version]\n\n"
    "The to-do API on PORT, its metrics on METRICS_PORT/metrics.\n"
    "--migrate-only applies the database migrations and exits.\n\n";

// Runs one task to its end; what it throws comes out of here.
void run(runtime::asio::io_context& ctx, runtime::task<> t) {
    runtime::asio::co_spawn(ctx.get_executor(), std::move(t), [&ctx](const std::exception_ptr& failure) {
        ctx.stop();
        if (failure) std::rethrow_exception(failure);
    });
    ctx.run();
}

int start(const config::command_line& line) {
    auto in = config::reader::load(line.help ? std::string() : line.config_file, config::process_environment());
    const auto s = read_settings(in);
    if (line.help) {
        std::cout << usage << in.describe();
        return EXIT_SUCCESS;
    }
    in.finish();
    log::setup("todo-be", s.log_level, s.log_format);
    if (pg::readable_on_the_way(conninfo_of(s)))
        log::warn("PostgreSQL is another machine and may be spoken to without TLS; set PGSSLMODE=verify-full");
    runtime::asio::io_context ctx(1);
    if (!line.flags.empty()) {
        run(ctx, migrate_when_possible(ctx, s));
        return EXIT_SUCCESS;
    }
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
    } catch (const std::exception& e) {
        std::cerr << "todo-be: " << e.what() << '\n';
        return EXIT_FAILURE;
    }
}
