// How an ordered line gets its consumer made anew at the first event that is not known to be done (docs/adr/0004).
#include <algorithm>

#include "delivery/ordered_line.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

// The lease must not run out while one request waits for its answer.
constexpr auto admin_deadline = 1s;

}  // namespace

// The consumer's own floor; makes the consumer when the endpoint is new.
runtime::task<bus::result<std::uint64_t>> ordered_line::first_unacked() {
    bus::jetstream js(links_.bus, admin_deadline);
    auto wanted = consumer_of(courier_.target(), links_);
    if (last_seen_ > 0) {
        wanted.from = bus::start_at::sequence;
        wanted.start_sequence = last_seen_ + 1;
    }
    const auto info = co_await js.ensure_consumer(wanted);
    if (!info) co_return info.error();
    co_return info->ack_floor_stream_seq + 1;
}

// A stream that was lost and made again counts from 1: what we remember of the old one would swallow its events.
runtime::task<bool> ordered_line::notice_new_stream() {
    bus::jetstream js(links_.bus, admin_deadline);
    const auto info = co_await js.stream(links_.stream);
    if (!info) co_return false;
    if (info->last_seq < last_seen_) {
        co_await forget();
        log::error("stream is shorter than the delivered position: it was recreated; starting at its beginning",
                   {{"endpoint", courier_.target().name}, {"last_seq", info->last_seq}, {"delivered", last_seen_}});
        last_seen_ = info->first_seq > 0 ? info->first_seq - 1 : 0;
    }
    co_return true;
}

// False when it has to be tried again. The lease names the place to go on from before the old consumer is deleted: a
// crash in between loses nothing.
runtime::task<bool> ordered_line::restart_consumer() {
    bus::jetstream js(links_.bus, admin_deadline);
    const auto floor = co_await first_unacked();
    if (!floor) {
        log::debug("ordered queue not ready",
                   {{"endpoint", courier_.target().name}, {"error", floor.error().message()}});
        co_return false;
    }
    last_seen_ = std::max(last_seen_, *floor - 1);
    if (!co_await notice_new_stream()) co_return false;
    const auto resume = resume_at();
    if (!co_await lease_.renew(resume)) co_return false;
    auto wanted = consumer_of(courier_.target(), links_);
    wanted.from = bus::start_at::sequence;
    wanted.start_sequence = resume;
    consumer_.restart();
    const auto removed = co_await js.delete_consumer(wanted.stream, wanted.durable);
    if (!removed && removed.error() != make_error_code(bus::errc::not_found)) co_return false;
    next_delivery_ = 1;
    const auto made = co_await js.ensure_consumer(wanted);
    co_return made&& lease_.held(std::chrono::steady_clock::now());
}

}  // namespace tidings::broadcaster
