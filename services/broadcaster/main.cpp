#include <cstdio>
#include <exception>

#include "app.hpp"
#include "observe/log.hpp"
#include "runtime/batch_scheduling.hpp"

namespace {

using namespace tidings;

constexpr const char* usage =
    "broadcaster delivers the events of a NATS stream as signed webhooks (Standard Webhooks 1.0).\n\n"
    "Usage: broadcaster [--config FILE]\n\n"
    "Settings (YAML key, environment variable, default, meaning); NAME_FILE reads NAME from a file:\n\n";

runtime::task<> run_to_the_end(broadcaster::app& app, runtime::asio::io_context& ctx) {
    co_await app.run();
    ctx.stop();
}

int serve(broadcaster::configuration c) {
    runtime::schedule_as_batch();
    runtime::asio::io_context ctx{1};
    broadcaster::app app(ctx, std::move(c));
    runtime::task_group main_task(ctx.get_executor());
    main_task.spawn(run_to_the_end(app, ctx));
    ctx.run();
    return 0;
}

int print_help() {
    auto in = config::reader::for_help();
    try {
        broadcaster::read_configuration(in);
    } catch (const config::error&) {
        // --help describes the settings whatever they hold.
    }
    std::printf("%s%s", usage, in.describe().c_str());
    return 0;
}

int start(int argc, char** argv) {
    const auto line = config::parse_command_line(argc, argv);
    if (line.version) {
        std::puts("broadcaster " TIDINGS_VERSION);
        return 0;
    }
    if (line.help) return print_help();
    auto in = config::reader::load(line.config_file, config::process_environment());
    auto c = broadcaster::read_configuration(in);
    log::setup("broadcaster", c.log_level, c.log_format);
    for (const auto& text : in.warnings())
        log::warn(text);
    return serve(std::move(c));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return start(argc, argv);
    } catch (const config::error& e) {
        std::fprintf(stderr, "broadcaster cannot start:\n%s\n", e.what());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "broadcaster ended: %s\n", e.what());
        return 1;
    }
}
