#include "keep_stream.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"
#include "stream_room.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto check_period = 5s;
constexpr auto ask_period = 10min;

struct keeper {
    keeper(bus::connection& c, kept_stream what) : s(std::move(what)), bus(c) {}

    kept_stream s;
    bus::connection& bus;
    bus::jetstream js{bus};
    std::shared_ptr<bool> ask_for_more = std::make_shared<bool>(true);  // after each connect: there may be more room
    runtime::time_point ask_again_at{};
    runtime::backoff pause{100ms, 5s};
    runtime::outage trouble;

    runtime::task<bus::result<>> ensure();
    runtime::task<bus::result<std::int64_t>> limit(std::int64_t present);
    runtime::task<bus::result<std::int64_t>> ask(std::int64_t present);
    void note_failure(const boost::system::error_code& e);
};

runtime::task<bus::result<>> keeper::ensure() {
    const auto before = co_await js.stream(s.config.name);
    const bool missing = before.has_error() && before.error() == make_error_code(bus::errc::not_found);
    const bool deleted = s.status->ok && missing;
    if (missing) *ask_for_more = true;
    if (missing && s.config.subjects.empty()) co_return bus::errc::not_found;
    if (deleted) log::warn("stream was deleted, recreating it", {{"stream", s.config.name}});
    if (before && s.only_create) {
        *s.status = {};
        co_return bus::result<>();
    }
    if (deleted) co_await runtime::sleep_for(bus::remake_after);
    const auto made = co_await js.ensure_stream(s.config);
    if (!made) co_return made.error();
    const auto got = co_await limit(made->max_bytes);
    if (!got) co_return got.error();
    *s.status = {};
    if (*got < s.max_bytes) s.status->reason = std::to_string(*got) + " bytes at most: the server has no more space";
    if (deleted) *s.status = {false, "was deleted; created again, empty"};  // shown until the next check
    co_return bus::result<>();
}

runtime::task<bus::result<std::int64_t>> keeper::ask(std::int64_t present) {
    while (*s.asking)
        co_await runtime::sleep_for(10ms);
    const std::shared_ptr<void> turn(s.asking.get(), [all = s.asking](bool* asking) { *asking = false; });
    *s.asking = true;
    co_return co_await make_room(js, s.config.name, present, s.max_bytes);
}

// Sets and returns its max_bytes. A stream with less than configured tries again when the server may have more space.
runtime::task<bus::result<std::int64_t>> keeper::limit(std::int64_t present) {
    if (s.max_bytes < 0 || present == s.max_bytes) co_return present;
    const auto now = std::chrono::steady_clock::now();
    const bool limited = present > 0 && present < s.max_bytes;
    if (limited && !*ask_for_more && now < ask_again_at) co_return present;
    const auto got = co_await ask(present);
    if (!got) co_return got.error();
    if (*got < s.max_bytes && (*ask_for_more || *got != present))
        log::warn("stream is smaller than configured: the server has no more space",
                  {{"stream", s.config.name}, {"max_bytes", *got}, {"set", s.max_bytes}});
    *ask_for_more = false;
    ask_again_at = now + ask_period;
    co_return *got;
}

// A server that is down or starting is ordinary; anything else an operator must see, in the server's words.
void keeper::note_failure(const boost::system::error_code& e) {
    const bool not_ours = e == bus::errc::not_found && s.config.subjects.empty();
    const bool certain = not_ours || e == bus::errc::refused;
    const auto reason = not_ours ? "it does not exist: make it, or set SUBJECTS to have it made" : bus.why(e);
    *s.status = {false, not_ours ? reason : "cannot be created yet: " + reason};
    if (bus.connected() && (certain || pause.failures() >= 3) &&
        trouble.failed(std::chrono::steady_clock::now(), reason))
        log::warn("stream could not be created, retrying", {{"stream", s.config.name}, {"error", reason}});
}

}  // namespace

void kept_stream::bound(std::int64_t bytes) {
    max_bytes = bytes;
    config.max_bytes = std::min(bytes, least_room);
    config.keep_max_bytes = true;
}

runtime::task<> keep_stream(bus::connection& c, kept_stream s) {
    keeper k(c, std::move(s));
    c.on_connected([weak = std::weak_ptr(k.s.look), more = k.ask_for_more] {
        *more = true;
        if (const auto w = weak.lock()) w->notify();
    });
    for (;;) {
        const auto done = co_await k.ensure();
        if (done) {
            k.pause.reset();
            k.trouble.ended();
            co_await k.s.look->wait(check_period);
        } else {
            k.note_failure(done.error());
            co_await k.s.look->wait(k.pause.next());
        }
    }
}

}  // namespace tidings::broadcaster
