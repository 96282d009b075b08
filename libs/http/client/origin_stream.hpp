// The transports below an origin's connection.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "http/client/origin_connection.hpp"

namespace tidings::http {

// Over TLS when `tls` is given (which must outlive the connection), to the host of that name.
std::shared_ptr<origin_connection> make_origin_connection(origin_pool& pool, runtime::executor ex,
                                                          runtime::asio::ssl::context* tls, const std::string& host,
                                                          std::size_t response_limit, header_list* headers);

}  // namespace tidings::http
