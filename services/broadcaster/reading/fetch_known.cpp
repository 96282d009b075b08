#include "reading/fetch_known.hpp"

#include <optional>

#include "bus/jetstream/jetstream.hpp"
#include "domain/retry_id.hpp"
#include "reading/stream_check.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

// Waits for a leader that knows of the message. not_found: the stream is another one by now, or still ends before the
// message after stream_check::stale_for.
runtime::task<boost::system::error_code> find_leader(bus::jetstream& js, const std::string& stream,
                                                     std::uint32_t incarnation, std::uint64_t sequence) {
    std::optional<stream_check> check;
    runtime::backoff pause(50ms, 1s);
    for (;;) {
        const auto info = co_await js.stream(stream);
        if (!info) co_return info.error();
        if (incarnation != 0 && incarnation_of(info->created) != incarnation) co_return bus::errc::not_found;
        if (!check) check.emplace(info->created);
        const auto now = check->look(*info, sequence + 1, runtime::now());
        if (now == stream_check::verdict::same) co_return boost::system::error_code();
        if (now == stream_check::verdict::made_anew) co_return bus::errc::not_found;
        co_await runtime::sleep_for(pause.next());
    }
}

// Whether it is gone now. nats-server up to 2.10 takes it badly to remove a message beyond the end of a replicated
// stream: it does not answer, and every node throws its copy away. A number is beyond the end where the stream was made
// anew, or the server lost some.
runtime::task<bool> remove_once(bus::connection& c, const std::string& stream, std::uint32_t incarnation,
                                std::uint64_t sequence) {
    const auto gone = make_error_code(bus::errc::not_found);
    bus::jetstream js(c);
    if (const auto failure = co_await find_leader(js, stream, incarnation, sequence)) co_return failure == gone;
    const auto removed = co_await js.messages().remove(stream, sequence);
    co_return removed || removed.error() == gone;
}

}  // namespace

runtime::task<bus::result<bus::stored_message>> fetch_known(bus::connection& c, std::string stream,
                                                            std::uint32_t incarnation, std::uint64_t sequence) {
    bus::jetstream js(c);
    auto found = co_await js.messages().get(stream, sequence);
    if (found || found.error() != bus::errc::not_found) co_return found;
    if (const auto failure = co_await find_leader(js, stream, incarnation, sequence)) co_return failure;
    co_return co_await js.messages().get(stream, sequence);
}

runtime::task<> remove_known(bus::connection& c, std::string stream, std::uint32_t incarnation, std::uint64_t sequence,
                             std::weak_ptr<void> alive) {
    runtime::backoff pause(50ms, 5s);
    for (;;) {
        const bool gone = co_await remove_once(c, stream, incarnation, sequence);
        if (gone || alive.expired()) co_return;
        co_await runtime::sleep_for(pause.next());
        if (alive.expired()) co_return;
    }
}

}  // namespace tidings::broadcaster
