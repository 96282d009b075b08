// The key by which events keep their order, as it is held in hand and written down. Whatever a publisher calls its
// partition, the key is short: a longer one is replaced by its digest, so that equal keys stay equal and others differ.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::broadcaster {

inline constexpr std::size_t longest_lane_key = 200;

// Percent-encoded where it is not printable: a header of NATS may not hold everything. What is then too long becomes
// "sha256:<64 hexadecimal digits>" of it.
std::string lane_key(std::string_view partition_key);

// Of a key that is encoded already. Earlier versions wrote it down in full, however long it was.
std::string bounded_lane_key(std::string encoded);

}  // namespace tidings::broadcaster
