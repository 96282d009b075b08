// One message that a stream is known to have stored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/stored_message.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

// not_found: it was removed, or the stream is not that `incarnation` any more (0: any). A leader that was elected just
// now may not have it yet, so that it is gone is believed only of one that knows of it, or that still does not after
// stream_check::stale_for.
runtime::task<bus::result<bus::stored_message>> fetch_known(bus::connection& c, std::string stream,
                                                            std::uint32_t incarnation, std::uint64_t sequence);

// Until it is gone, or `alive` is over.
runtime::task<> remove_known(bus::connection& c, std::string stream, std::uint32_t incarnation, std::uint64_t sequence,
                             std::weak_ptr<void> alive);

}  // namespace tidings::broadcaster
