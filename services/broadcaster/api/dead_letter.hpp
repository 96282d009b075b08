// One dead letter: shown, and removed.
#pragma once

#include <cstdint>

#include "bus/jetstream/jetstream.hpp"
#include "http/message/response.hpp"

namespace tidings::broadcaster {

// 200, as the list shows it; 404.
runtime::task<http::response> show_dead_letter(bus::connection& c, std::uint64_t sequence);
// 204, whichever fleet's it is: the event is not delivered again. 404.
runtime::task<http::response> delete_dead_letter(bus::connection& c, std::uint64_t sequence);

// Removes it from the stream, unless another request has. Not there any more is success too.
runtime::task<bus::result<>> forget_letter(bus::jetstream& js, std::uint64_t sequence);

}  // namespace tidings::broadcaster
