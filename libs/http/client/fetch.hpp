// A client for the occasional request (todo-cron, probes, tools): a connection per call, convenient instead of fast.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client/origin.hpp"
#include "http/client/trust.hpp"
#include "http/message/method.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

struct fetch_request {
    http::method method = method::get;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds deadline{10'000};  // total
    std::size_t response_limit = 1'048'576;      // bytes of body; more -> malformed_response
    bool verify_tls = true;
    std::string ca_file;
    client_trust trust = nullptr;  // instead of these two; null: they are read for this call
};

struct fetched {
    transport_error error = transport_error::none;
    std::string reason;  // for people, when error != none
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
    std::string_view header(std::string_view name) const;  // empty when absent
};

// Never throws for what the network does; redirects are not followed.
runtime::task<fetched> fetch(fetch_request r);

}  // namespace tidings::http
