// How a stream is now, for a shard that is to deliver from it.
#pragma once

#include <string>
#include <vector>

#include "bus/jetstream/jetstream.hpp"
#include "domain/takeover.hpp"

namespace tidings::broadcaster {

// `started_at` (RFC 3339): where endpoints begin that are new; `newcomers`: their names. not_found: there is no such
// stream. unusable: it has not limits retention, so that another consumer would take events away. too_high: its
// sequences have more than 62 bits, as domain/endpoint_window keeps them. full: it takes no more consumers.
runtime::task<bus::result<stream_now>> look_at_stream(bus::connection& c, std::string stream, std::string started_at,
                                                      std::vector<std::string> newcomers);

inline constexpr auto unusable = boost::system::errc::operation_not_supported;
inline constexpr auto too_high = boost::system::errc::value_too_large;
inline constexpr auto full = boost::system::errc::too_many_links;

// What keeps the stream from being delivered from: unusable, too_high, or nothing.
boost::system::error_code fault_of(const bus::stream_info& s);
// Says it, if it is one of these.
void log_fault(const boost::system::error_code& e, const std::string& stream);

// For people: why nothing is delivered from the stream until it is another one. Empty: it could not be asked.
std::string why_missing(const boost::system::error_code& e, const std::string& stream);

}  // namespace tidings::broadcaster
