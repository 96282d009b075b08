// What becomes known about the names that are looked up, for log and metrics.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <string>
#include <vector>

#include "runtime/task.hpp"

namespace tidings::http {

struct name_news {
    const std::string& name;
    const std::vector<runtime::asio::ip::address>& addresses;
    boost::system::error_code failure;
    runtime::duration took;
    bool moved;  // a client used other addresses until now
};

// Calls `news` from the loop after each lookup for a client of `ctx`, until it is replaced; nothing: by none.
void on_name_news(runtime::asio::io_context& ctx, std::function<void(const name_news&)> news);

}  // namespace tidings::http
