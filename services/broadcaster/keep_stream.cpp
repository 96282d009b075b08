#include "keep_stream.hpp"

#include "observe/log.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto look_again = 5s;

}  // namespace

runtime::task<> keep_stream(bus::connection& c, runtime::asio::io_context& ctx, bus::stream_config wanted,
                            std::shared_ptr<observe::check_result> state) {
    const auto connected = std::make_shared<runtime::wakeup>(ctx.get_executor());
    c.on_connected([weak = std::weak_ptr(connected)] {
        if (const auto w = weak.lock()) w->notify();
    });
    bus::jetstream js(c);
    runtime::backoff pause(100ms, 5s);
    runtime::outage trouble;
    for (;;) {
        const auto before = co_await js.stream(wanted.name);
        const bool deleted = state->ok && before.has_error() && before.error() == make_error_code(bus::errc::not_found);
        if (deleted) log::warn("stream has been deleted; making it again", {{"stream", wanted.name}});
        const auto made = co_await js.ensure_stream(wanted);
        if (made) {
            *state = {};
            if (deleted) *state = {false, "had been deleted; made again, empty"};  // shown until the next look
            pause.reset();
            trouble.ended();
            co_await connected->wait(look_again);
            continue;
        }
        // Away or starting is ordinary; anything else an operator must see, in the server's own words.
        const bool refused = made.error() == bus::errc::refused;
        const auto reason = refused ? c.last_error() : made.error().message();
        *state = {false, "cannot be made yet: " + reason};
        if (c.connected() && (refused || pause.failures() >= 3) &&
            trouble.failed(std::chrono::steady_clock::now(), reason)) {
            log::warn("stream cannot be made yet", {{"stream", wanted.name}, {"error", reason}});
        }
        co_await connected->wait(pause.next());
    }
}

}  // namespace tidings::broadcaster
