// A fault of Beast before Boost 1.86: it asserts that five bytes of the last chunk ("0", two line ends) are there once
// it has seen three (boostorg/beast pull request 2861).
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/version.hpp>
#include <cstddef>

namespace tidings::http::client {

// Whether the parser must not be given these bytes before more have come.
inline bool too_short_for_chunks(const boost::beast::http::basic_parser<false>& parser, std::size_t bytes) {
    return BOOST_VERSION < 108600 && bytes < 5 && parser.is_header_done() && parser.chunked();
}

}  // namespace tidings::http::client
