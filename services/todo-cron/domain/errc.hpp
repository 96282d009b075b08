// Why a text from outside cannot be used.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace tidings::todo_cron {

enum class errc {
    location_missing = 1,  // a redirect without a Location
    location_too_long,     // over 2,048 bytes
    not_a_url,             // neither a URL nor a relative reference (RFC 3986)
    not_http,              // another scheme than http and https
    has_user_info,         // user:password@ in a URL
    no_host,               // a URL without a host
    has_query,             // a query or fragment where only a path may be
};

const boost::system::error_category& cron_category();
boost::system::error_code make_error_code(errc e);

template <class T>
using result = boost::system::result<T>;

}  // namespace tidings::todo_cron

template <>
struct boost::system::is_error_code_enum<tidings::todo_cron::errc> : std::true_type {};
