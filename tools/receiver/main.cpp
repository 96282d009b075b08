// receiver: accepts webhooks, verifies, shows and counts them.
#include <cstdlib>

#include "http/server/server.hpp"
#include "observe/log.hpp"
#include "receiver.hpp"
#include "runtime/main_loop.hpp"
#include "runtime/stop_signal.hpp"
#include "service/api.hpp"
#include "service/program.hpp"

namespace {

using namespace tidings;
using namespace std::chrono_literals;

constexpr std::string_view usage =
    "receiver takes webhooks at any path, verifies their signatures, shows and counts them.\n\n"
    "Usage: receiver [--port N] [--metrics-port N] [--address A] [--secret S[,S...]] [--quiet] [--config FILE]\n\n"
    "  GET /              the latest webhooks, for people\n"
    "  GET /stats         what was counted, as JSON; DELETE /stats resets it\n"
    "  GET /ids?path=/a   the webhook-ids that came to a path, a line each, in order of first arrival\n"
    "  POST /behaviour    {\"path\":\"/a\",\"mode\":\"ok|fail|hang|gone|throttle|close|slow|redirect\",\n"
    "                      \"status\":503,\"retry_after\":\"2\",\"delay_ms\":100,\"times\":3}\n\n"
    "An option wins over its variable.\n";

http::server_options server_options(const receiver::settings& s) {
    http::server_options o;
    o.address = s.address;
    o.port = s.port;
    o.set_by = "RECEIVER_ADDRESS and PORT";
    service::log_failures(o);
    o.body_limit = 4 * std::size_t{1024} * 1024;
    o.handler_timeout = 2h;  // longer than any delay of a behaviour
    return o;
}

runtime::task<> serve_until_stopped(http::server& server) {
    co_await runtime::stop_requested();
    co_await server.stop(500ms);
}

int serve(const receiver::settings& s) {
    observe::metrics metrics("receiver");
    const auto metrics_port = metrics.serve(s.metrics.address, s.metrics.port);
    runtime::main_loop ctx;
    receiver::receiver r(s, metrics);
    http::server server(ctx, server_options(s), r.routes());
    if (s.secrets.empty()) log::warn("no secret configured: signatures are not verified");
    log::info("receiver ready", {{"address", s.address},
                                 {"port", server.port()},
                                 {"metrics_address", s.metrics.address},
                                 {"metrics_port", metrics_port}});
    ctx.run_all(serve_until_stopped(server));
    return EXIT_SUCCESS;
}

service::prepared prepare(config::reader& in, const config::command_line& /*line*/) {
    const auto s = receiver::read_settings(in);
    return {s.log, [s] { return serve(s); }};
}

}  // namespace

int main(int argc, char** argv) {
    return service::run_program({"receiver", usage, {"--quiet"}, receiver::value_options(), receiver::apply}, argc,
                                argv, prepare);
}
