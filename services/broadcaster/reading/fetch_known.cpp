#include "reading/fetch_known.hpp"

#include <optional>

#include "bus/jetstream/jetstream.hpp"
#include "domain/retry_id.hpp"
#include "reading/stream_check.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

runtime::task<bus::result<bus::stored_message>> fetch_known(bus::connection& c, std::string stream,
                                                            std::uint32_t incarnation, std::uint64_t sequence) {
    const auto gone = make_error_code(bus::errc::not_found);
    bus::jetstream js(c);
    std::optional<stream_check> check;
    runtime::backoff pause(50ms, 1s);
    for (bool leader_knows = false;;) {
        auto found = co_await js.messages().get(stream, sequence);
        if (found || found.error() != gone || leader_knows) co_return found;
        const auto info = co_await js.stream(stream);
        if (!info) co_return info.error();
        if (incarnation != 0 && incarnation_of(info->created) != incarnation) co_return gone;
        if (!check) check.emplace(info->created);
        const auto now = check->look(*info, sequence + 1, runtime::now());
        if (now == stream_check::verdict::made_anew) co_return gone;
        leader_knows = now == stream_check::verdict::same;
        if (!leader_knows) co_await runtime::sleep_for(pause.next());
    }
}

runtime::task<bool> remove_known(bus::connection& c, std::string stream, std::uint32_t incarnation,
                                 std::uint64_t sequence) {
    const auto removed = co_await bus::jetstream(c).messages().remove(stream, sequence);
    if (removed || removed.error() != bus::errc::not_found) co_return removed.has_value();
    const auto there = co_await fetch_known(c, stream, incarnation, sequence);
    co_return !there && there.error() == bus::errc::not_found;
}

}  // namespace tidings::broadcaster
