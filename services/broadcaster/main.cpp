// broadcaster: delivers the events of a NATS stream as signed webhooks.
#include <cstdlib>
#include <memory>
#include <utility>

#include "app.hpp"
#include "runtime/batch_scheduling.hpp"
#include "runtime/main_loop.hpp"
#include "service/program.hpp"
#include "settings.hpp"

namespace {

using namespace tidings;

constexpr std::string_view usage =
    "broadcaster delivers the events of a NATS stream as signed webhooks (Standard Webhooks 1.0).\n\n"
    "Usage: broadcaster [--config FILE]\n";

int serve(broadcaster::settings s) {
    runtime::schedule_as_batch();
    runtime::main_loop ctx;
    broadcaster::app app(ctx, std::move(s));
    ctx.run_all(app.run());
    return EXIT_SUCCESS;
}

service::prepared prepare(config::reader& in, const config::command_line& /*line*/) {
    auto s = std::make_shared<broadcaster::settings>(broadcaster::read_settings(in));
    const auto log = s->log;
    return {log, [s = std::move(s)] { return serve(std::move(*s)); }};
}

}  // namespace

int main(int argc, char** argv) { return service::run_program({"broadcaster", usage}, argc, argv, prepare); }
