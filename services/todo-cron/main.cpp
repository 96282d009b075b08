#include <cstdio>
#include <exception>

#include "app.hpp"
#include "observe/log.hpp"
#include "runtime/stop_signal.hpp"
#include "runtime/task_group.hpp"

namespace {

using namespace tidings;

constexpr int interrupted = 1;

constexpr const char* usage =
    "todo-cron adds one to-do, \"Read <random Wikipedia article>\", and ends.\n\n"
    "Usage: todo-cron [--config FILE] [--scheduled-at TIME]\n\n"
    "A run stands for one hour: that of --scheduled-at, else the current one. A rerun of the same hour adds nothing.\n"
    "Exit codes: 0 done (or done before), 1 failed but may be tried again, 2 must not be tried again unchanged.\n\n"
    "Settings (YAML key, environment variable, default, meaning); NAME_FILE reads NAME from a file:\n\n";

runtime::task<> run_once(todo_cron::app& app, runtime::asio::io_context& ctx, int& code) {
    code = todo_cron::exit_code(co_await app.run());
    ctx.stop();
}

runtime::task<> stop_when_asked(runtime::asio::io_context& ctx) {
    co_await runtime::stop_requested();
    log::warn("run interrupted");
    ctx.stop();
}

int run(todo_cron::configuration c) {
    runtime::asio::io_context ctx{1};
    todo_cron::app app(std::move(c));
    int code = interrupted;
    runtime::task_group tasks(ctx.get_executor());
    tasks.spawn(run_once(app, ctx, code));
    tasks.spawn(stop_when_asked(ctx));
    ctx.run();
    return code;
}

void print_help(config::reader& in) {
    try {
        todo_cron::read_configuration(in, {});
    } catch (const config::error&) {
        // --help describes the settings whatever they hold.
    }
    std::printf("%s%s", usage, in.describe().c_str());
}

int start(int argc, char** argv) {
    const auto line = config::parse_command_line(argc, argv, {}, {"--scheduled-at"});
    if (line.version) {
        std::puts("todo-cron " TIDINGS_VERSION);
        return 0;
    }
    if (line.help) {
        auto in = config::reader::for_help();
        print_help(in);
        return 0;
    }
    auto in = config::reader::load(line.config_file, config::process_environment());
    const auto given = line.values.find("--scheduled-at");
    auto c = todo_cron::read_configuration(in, given == line.values.end() ? std::string() : given->second);
    log::setup("todo-cron", c.log_level, c.log_format);
    for (const auto& text : in.warnings())
        log::warn(text);
    return run(std::move(c));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return start(argc, argv);
    } catch (const config::error& e) {
        std::fprintf(stderr, "todo-cron cannot start:\n%s\n", e.what());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "todo-cron ended: %s\n", e.what());
        return 1;
    }
}
