// Makes the consumer that a stream is read by.
#pragma once

#include <cstdint>

#include "bus/jetstream/jetstream.hpp"

namespace tidings::broadcaster {

struct reader_made {
    std::uint64_t next = 1;  // the stream holds nothing from where the reader should start to here
    bool all_read = false;   // and has nothing more just now, as far as the consumer's server knows
};

// `info`: the stream, as its leader has just described it. already_exists: there is one of this name that starts
// elsewhere.
runtime::task<bus::result<reader_made>> make_reader(bus::jetstream& js, bus::reader_config c,
                                                    const bus::stream_info& info);

}  // namespace tidings::broadcaster
