// todo-be: the to-do API and the relay of its events.
#include <cstdlib>

#include "app.hpp"
#include "database.hpp"
#include "observe/log.hpp"
#include "pg/conninfo.hpp"
#include "runtime/main_loop.hpp"
#include "runtime/run.hpp"
#include "service/program.hpp"
#include "settings.hpp"

namespace {

using namespace tidings;
using namespace tidings::todo_be;

constexpr std::string_view usage =
    "todo-be is the to-do API and the relay of its events to NATS.\n\n"
    "Usage: todo-be [--config FILE] [--migrate-only]\n\n"
    "--migrate-only applies the database's migrations and ends: 0 done, 1 the database is unavailable, 2 it can never "
    "work.\n";

int migrate_only(runtime::asio::io_context& ctx, const settings& s) {
    try {
        runtime::run(ctx, migrate_when_possible(ctx, s, s.migrate_timeout));
        return EXIT_SUCCESS;
    } catch (const pg::error& e) {
        log::error("migrations failed", {{"error", e.what()}});
        return worth_retrying(e) && !e.refused() ? EXIT_FAILURE : service::exit_misconfigured;
    }
}

int serve(const settings& s, bool only_migrate) {
    if (pg::readable_on_the_way(conninfo_of(s)) || pg::readable_on_the_way(s.database_pooler_url))
        log::warn("the connection to PostgreSQL on another host may be unencrypted: set PGSSLMODE=verify-full");
    runtime::main_loop ctx;
    if (only_migrate) return migrate_only(ctx, s);
    app todo_be(ctx, s);
    ctx.run_all(todo_be.run());
    return EXIT_SUCCESS;
}

service::prepared prepare(config::reader& in, const config::command_line& line) {
    const auto s = read_settings(in);
    return {s.log, [s, only_migrate = !line.flags.empty()] { return serve(s, only_migrate); }};
}

}  // namespace

int main(int argc, char** argv) {
    return service::run_program({"todo-be", usage, {"--migrate-only"}}, argc, argv, prepare);
}
