#include "keep_stream.hpp"

#include "observe/log.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto check_period = 5s;

}  // namespace

runtime::task<> keep_stream(bus::connection& c, bus::stream_config config,
                            std::shared_ptr<observe::check_result> status, std::shared_ptr<runtime::wakeup> look) {
    c.on_connected([weak = std::weak_ptr(look)] {
        if (const auto w = weak.lock()) w->notify();
    });
    bus::jetstream js(c);
    runtime::backoff pause(100ms, 5s);
    runtime::outage trouble;
    for (;;) {
        const auto before = co_await js.stream(config.name);
        const bool deleted =
            status->ok && before.has_error() && before.error() == make_error_code(bus::errc::not_found);
        if (deleted) log::warn("stream was deleted, creating it again", {{"stream", config.name}});
        const auto created = co_await js.ensure_stream(config);
        if (created) {
            *status = {};
            if (deleted) *status = {false, "was deleted; created again, empty"};  // shown until the next check
            pause.reset();
            trouble.ended();
            co_await look->wait(check_period);
            continue;
        }
        // A server that is down or starting is ordinary; anything else an operator must see, in the server's words.
        const bool refused = created.error() == bus::errc::refused;
        const auto reason = refused ? c.last_error() : created.error().message();
        *status = {false, "cannot be created yet: " + reason};
        if (c.connected() && (refused || pause.failures() >= 3) &&
            trouble.failed(std::chrono::steady_clock::now(), reason)) {
            log::warn("stream cannot be created yet", {{"stream", config.name}, {"error", reason}});
        }
        co_await look->wait(pause.next());
    }
}

}  // namespace tidings::broadcaster
