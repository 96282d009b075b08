// todo-cron: adds one to-do and ends.
#include <cstdlib>

#include "app.hpp"
#include "observe/log.hpp"
#include "runtime/main_loop.hpp"
#include "runtime/stop_signal.hpp"
#include "runtime/task_group.hpp"
#include "service/program.hpp"

namespace {

using namespace tidings;

constexpr std::string_view usage =
    "todo-cron adds one to-do, \"Read <random Wikipedia article>\", and ends.\n\n"
    "Usage: todo-cron [--config FILE] [--scheduled-at TIME]\n\n"
    "A run stands for one hour: that of --scheduled-at, else the current one. A rerun of the same hour adds nothing.\n"
    "Exit codes: 0 done (or done before), 1 failed but may be tried again, 2 must not be tried again unchanged.\n";

runtime::task<> run_once(todo_cron::app& app, int& code) { code = todo_cron::exit_code(co_await app.run()); }

runtime::task<> stop_when_asked(runtime::asio::io_context& ctx) {
    co_await runtime::stop_requested();
    log::warn("run interrupted");
    ctx.stop();
}

int run(const todo_cron::settings& s) {
    runtime::main_loop ctx;
    todo_cron::app app(s);
    int code = EXIT_FAILURE;  // when interrupted
    runtime::task_group signals(ctx.get_executor());
    signals.spawn(stop_when_asked(ctx));
    ctx.run_all(run_once(app, code));
    return code;
}

service::prepared prepare(config::reader& in, const config::command_line& line) {
    const auto scheduled_at = line.values.find("--scheduled-at");
    const auto s = todo_cron::read_settings(in, scheduled_at == line.values.end() ? "" : scheduled_at->second);
    return {s.log, [s] { return run(s); }};
}

}  // namespace

int main(int argc, char** argv) {
    return service::run_program({"todo-cron", usage, {}, {"--scheduled-at"}}, argc, argv, prepare);
}
