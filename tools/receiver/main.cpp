#include <cstdio>
#include <exception>

#include "http/server/server.hpp"
#include "observe/log.hpp"
#include "receiver.hpp"
#include "runtime/stop_signal.hpp"
#include "runtime/task_group.hpp"

namespace {

using namespace tidings;
using namespace std::chrono_literals;

constexpr const char* usage =
    "receiver takes webhooks at any path, verifies their signatures, shows and counts them.\n\n"
    "Usage: receiver [--port N] [--metrics-port N] [--address A] [--secret S[,S...]] [--quiet] [--config FILE]\n\n"
    "  GET /              the latest webhooks, for people\n"
    "  GET /stats         what was counted, as JSON; DELETE /stats resets it\n"
    "  GET /ids?path=/a   the webhook-ids that came to a path, a line each, in order of first arrival\n"
    "  POST /behaviour    {\"path\":\"/a\",\"mode\":\"ok|fail|hang|gone|throttle|close|slow|redirect\",\n"
    "                      \"status\":503,\"retry_after\":\"2\",\"delay_ms\":100,\"times\":3}\n\n"
    "Settings (YAML key, environment variable, default, meaning); NAME_FILE reads NAME from a file; an option "
    "wins:\n\n";

http::server_options server_options(const receiver::settings& s) {
    http::server_options o;
    o.address = s.address;
    o.port = s.port;
    o.set_by = "RECEIVER_ADDRESS and PORT";
    o.on_full = [](const std::string& what) { log::warn(what); };
    o.body_limit = 4 * std::size_t{1024} * 1024;
    o.handler_timeout = 2h;  // longer than any delay that a behaviour may ask for
    return o;
}

runtime::task<> serve_until_stopped(http::server& server, runtime::asio::io_context& ctx) {
    co_await runtime::stop_requested();
    co_await server.stop(500ms);
    ctx.stop();
}

int serve(const receiver::settings& s) {
    observe::metrics metrics("receiver");
    const auto metrics_port = metrics.serve(s.metrics_address, s.metrics_port);
    runtime::asio::io_context ctx{1};
    receiver::receiver r(s, metrics);
    http::server server(ctx, server_options(s), r.routes());
    if (s.secrets.empty()) log::warn("no secret is given: signatures are not checked");
    log::info("receiver ready", {{"address", s.address},
                                 {"port", server.port()},
                                 {"metrics_address", s.metrics_address},
                                 {"metrics_port", metrics_port}});
    runtime::task_group tasks(ctx.get_executor());
    tasks.spawn(serve_until_stopped(server, ctx));
    ctx.run();
    return 0;
}

int print_help() {
    auto in = config::reader::for_help();
    receiver::read_settings(in);
    std::printf("%s%s", usage, in.describe().c_str());
    return 0;
}

int start(int argc, char** argv) {
    const auto line = config::parse_command_line(argc, argv, {"--quiet"}, receiver::value_options());
    if (line.version) {
        std::puts("receiver " TIDINGS_VERSION);
        return 0;
    }
    if (line.help) return print_help();
    auto environment = config::process_environment();
    receiver::apply(line, environment);
    auto in = config::reader::load(line.config_file, std::move(environment));
    const auto s = receiver::read_settings(in);
    log::setup("receiver", s.log_level, s.log_format);
    for (const auto& text : in.warnings())
        log::warn(text);
    return serve(s);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return start(argc, argv);
    } catch (const config::error& e) {
        std::fprintf(stderr, "receiver cannot start:\n%s\n", e.what());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "receiver ended: %s\n", e.what());
        return 1;
    }
}
