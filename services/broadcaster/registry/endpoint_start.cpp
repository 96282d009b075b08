#include "registry/endpoint_start.hpp"

#include <algorithm>
#include <utility>

#include "bus/jetstream/jetstream.hpp"
#include "ids/timestamp.hpp"
#include "reading/stream_look.hpp"
#include "text/decimal.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto clocks_differ = 1min;

write_failure unavailable(const bus::connection& c, const boost::system::error_code& e) {
    return {refusal::unavailable, "the source stream cannot be asked now (" + c.why(e) + "); try again shortly"};
}

write_failure breaks(std::string detail) {
    return {refusal::rules_broken, "the endpoint breaks rules", {{"/source/stream", std::move(detail)}}};
}

std::string far_ahead(std::uint64_t sequence, const bus::stream_info& now) {
    return "endpoint begins at sequence " + std::to_string(sequence) + ", and its stream has come to " +
           std::to_string(now.last_seq) + ": it gets nothing until then";
}

}  // namespace

runtime::task<boost::system::result<found_start, write_failure>> start_of(bus::connection& c, endpoint e,
                                                                          std::string default_stream) {
    bus::jetstream js(c, 2s);
    const auto now = co_await js.stream(e.source_stream);
    if (!now && now.error() == bus::errc::not_found && e.source_stream != default_stream)
        co_return breaks("does not exist");
    if (!now) co_return unavailable(c, now.error());
    if (now->retention != "limits")
        co_return breaks("has " + now->retention +
                         " retention, and its events would be lost to others: make a stream " +
                         "with limits retention that sources it");
    if (fault_of(*now)) co_return breaks("counts beyond 2^62: make a stream that sources it");
    const auto oldest = std::max<std::uint64_t>(now->first_seq, 1);
    found_start start{{e.source_stream, now->created, now->last_seq + 1}, {}};
    if (e.from_the_beginning) start.at.sequence = oldest;
    if (e.begin_at.empty()) co_return start;
    if (const auto sequence = text::parse_number<std::uint64_t>(e.begin_at)) {
        start.at.sequence = std::max(*sequence, oldest);
        if (*sequence > now->last_seq + 1) start.warning = far_ahead(*sequence, *now);
        co_return start;
    }
    // What the server reads is less than RFC 3339, and counts in nanoseconds from 1970 to 2262.
    const auto time = ids::parse_timestamp(e.begin_at);
    if (time && *time > ids::now() + clocks_differ)
        start.warning = "endpoint's deliver_from is in the future: it gets what is published from now on";
    if (!time || *time > ids::now()) co_return start;
    const auto at = co_await js.sequence_at(e.source_stream, ids::format(std::max(*time, ids::timestamp())));
    if (!at) co_return unavailable(c, at.error());
    start.at.sequence = std::max(*at, oldest);
    co_return start;
}

}  // namespace tidings::broadcaster
