// broadcaster: delivers the events of a NATS stream as signed webhooks.
#include <cstdlib>

#include "app.hpp"
#include "runtime/batch_scheduling.hpp"
#include "runtime/run.hpp"
#include "service/program.hpp"
#include "settings.hpp"

namespace {

using namespace tidings;

constexpr std::string_view usage =
    "broadcaster delivers the events of a NATS stream as signed webhooks (Standard Webhooks 1.0).\n\n"
    "Usage: broadcaster [--config FILE]\n";

int serve(const broadcaster::settings& s) {
    runtime::schedule_as_batch();
    runtime::asio::io_context ctx(1);
    broadcaster::app app(ctx, s);
    runtime::run(ctx, app.run());
    return EXIT_SUCCESS;
}

service::prepared prepare(config::reader& in, const config::command_line& /*line*/) {
    auto s = broadcaster::read_settings(in);
    const auto log = s.log;
    return {log, [s = std::move(s)] { return serve(s); }};
}

}  // namespace

int main(int argc, char** argv) { return service::run_program({"broadcaster", usage}, argc, argv, prepare); }
