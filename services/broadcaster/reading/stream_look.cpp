#include "reading/stream_look.hpp"

#include <algorithm>

#include "events/subjects.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto deadline = 2s;

// Earlier versions had a durable consumer for each endpoint. It stays: replicas of that version may still pull from it.
runtime::task<bus::result<std::uint64_t>> left_off_at(bus::jetstream& js, std::string stream, std::string endpoint) {
    const auto consumer = co_await js.consumer(stream, std::string(events::worker_group) + '_' + endpoint);
    if (!consumer) co_return consumer.error();
    const auto next = std::max(consumer->ack_floor_stream_seq + 1, consumer->start_sequence);
    if (next > 1 || consumer->start_time.empty()) co_return next;
    // nats-server 2.9 has 0 for the floor of a consumer that has delivered nothing yet.
    co_return co_await js.sequence_at(stream, consumer->start_time);
}

}  // namespace

runtime::task<bus::result<stream_now>> look_at_stream(bus::connection& c, std::string stream, std::string started_at,
                                                      std::vector<std::string> newcomers) {
    bus::jetstream js(c, deadline);
    const auto info = co_await js.stream(stream);
    if (!info) co_return info.error();
    if (const auto fault = fault_of(*info)) co_return fault;
    const auto begins = co_await js.sequence_at(stream, std::move(started_at));
    const bool is_full = begins.has_error() && begins.error() == bus::errc::refused &&
                         c.last_error().find("maximum consumers") != std::string::npos;
    if (is_full) co_return make_error_code(full);
    if (!begins) co_return begins.error();
    stream_now now{info->created, std::max<std::uint64_t>(info->first_seq, 1), info->last_seq, *begins, {}};
    if (info->consumers == 0) co_return now;
    for (const auto& endpoint : newcomers) {
        const auto next = co_await left_off_at(js, stream, endpoint);
        if (next) now.inherited[endpoint] = *next;
        if (!next && next.error() != bus::errc::not_found) co_return next.error();
    }
    co_return now;
}

boost::system::error_code fault_of(const bus::stream_info& s) {
    if (s.retention != "limits") return make_error_code(unusable);
    if (s.last_seq >> 62 != 0) return make_error_code(too_high);
    return {};
}

void log_fault(const boost::system::error_code& e, const std::string& stream) {
    if (e == make_error_code(unusable) || e == make_error_code(too_high))
        log::error("a stream cannot be delivered from", {{"stream", stream}, {"reason", why_missing(e, stream)}});
}

std::string why_missing(const boost::system::error_code& e, const std::string& stream) {
    if (e == bus::errc::not_found) return "stream " + stream + " does not exist";
    if (e == make_error_code(unusable))
        return "stream " + stream + " needs limits retention: make a stream that sources it";
    if (e == make_error_code(too_high))
        return "stream " + stream + " counts beyond 2^62: make a stream that sources it";
    if (e == make_error_code(full)) return "stream " + stream + " takes no more consumers: raise its max_consumers";
    return {};
}

}  // namespace tidings::broadcaster
