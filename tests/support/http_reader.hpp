// Reads HTTP messages with Beast's parsers, from bytes that arrive in pieces.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

namespace tidings::support {

template <bool is_request>
class http_reader {
  public:
    http_reader() {
        parser_.header_limit(1024 * 1024);
        parser_.body_limit(std::uint64_t{64} * 1024 * 1024);
    }

    // Each is true when that much has arrived. They remove the message from the front of `bytes`, and throw
    // boost::system::system_error when it is not HTTP.
    bool read_head(std::string& bytes) {
        if (!parser_.is_header_done()) put(bytes);
        return parser_.is_header_done();
    }
    bool read(std::string& bytes) {
        parser_.eager(true);
        while (!bytes.empty() && !parser_.is_done() && put(bytes))
            continue;
        return parser_.is_done();
    }
    // The connection has ended, which ends a response without a length.
    bool end() {
        boost::system::error_code failure;
        if (parser_.got_some() && !parser_.is_done()) parser_.put_eof(failure);
        return !failure && parser_.is_done();
    }
    const auto& message() const { return parser_.get(); }
    bool has_length() const { return parser_.content_length().has_value(); }

  private:
    // False if more is needed.
    bool put(std::string& bytes) {
        boost::system::error_code failure;
        bytes.erase(0, parser_.put(boost::asio::buffer(bytes), failure));
        if (failure && failure != boost::beast::http::error::need_more) throw boost::system::system_error(failure);
        return !failure;
    }

    boost::beast::http::parser<is_request, boost::beast::http::string_body> parser_;
};

}  // namespace tidings::support
