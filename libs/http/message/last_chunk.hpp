// A fault of Beast before Boost 1.86: it asserts that five bytes of the last chunk ("0", two line ends) are there once
// it has seen three (boostorg/beast pull request 2861).
#pragma once

#include <boost/version.hpp>
#include <cstddef>
#include <string_view>

namespace tidings::http {

// `next` goes on with a chunked body. Whether it may be a last chunk (or the line end before one) of which more has to
// come before Beast sees it. Nobody waits in vain: no shorter bytes end a body.
inline bool is_cut_last_chunk(std::string_view next) {
    constexpr std::size_t shortest = 5;
    return BOOST_VERSION < 108600 && next.size() < shortest && (next.starts_with('0') || next.starts_with('\r'));
}

}  // namespace tidings::http
