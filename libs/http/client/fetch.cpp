#include "http/client/fetch.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>

#include "http/client/origin_pool.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::http {

namespace {

// Ends what is under way when the coroutine ends early.
struct single_use_origin {
    std::shared_ptr<origin_pool> pool;
    ~single_use_origin() {
        if (pool) pool->shut_down();
    }
};

origin_options options_of(const fetch_request& r) {
    origin_options options;
    options.connections = 1;
    options.response_limit = r.response_limit;
    options.allow_private_addresses = true;  // the caller chose the URL, not somebody outside
    options.verify_tls = r.verify_tls;
    options.ca_file = r.ca_file;
    return options;
}

bool has_body(const fetch_request& r) {
    return !r.body.empty() || r.method == method::post || r.method == method::put || r.method == method::patch;
}

void append_header(std::string& bytes, std::string_view name, std::string_view value) {
    constexpr std::string_view line_ends("\r\n\0", 3);
    if (name.find_first_of(line_ends) != name.npos || value.find_first_of(line_ends) != value.npos)
        throw std::invalid_argument("a header with a line end in it: " + std::string(name.substr(0, 40)));
    bytes.append(name).append(": ").append(value).append("\r\n");
}

std::string request_bytes(const fetch_request& r, const url_parts& where) {
    std::string bytes(to_string(r.method));
    bytes.append(" ").append(where.target).append(" HTTP/1.1\r\n");
    append_header(bytes, "Host", where.host_header);
    append_header(bytes, "Connection", "close");
    if (has_body(r)) append_header(bytes, "Content-Length", std::to_string(r.body.size()));
    for (const auto& [name, value] : r.headers)
        append_header(bytes, name, value);
    return bytes.append("\r\n").append(r.body);
}

fetched failed(transport_error error, std::string reason) {
    fetched result;
    result.error = error;
    result.reason = std::move(reason);
    return result;
}

void keep(const reply& from, std::size_t limit, fetched& to) {
    if (from.body_cut) {
        to = failed(transport_error::malformed_response, "a body of more than " + std::to_string(limit) + " bytes");
        return;
    }
    to.error = from.error;
    to.reason = from.reason;
    to.status = from.status;
    to.body = from.body;
}

}  // namespace

std::string_view fetched::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const auto& h) { return h.first == name; });
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

runtime::task<fetched> fetch(fetch_request r) {
    const auto where = parse_url(r.url);
    if (!where) co_return failed(transport_error::resolve_failed, "not an absolute http or https URL");
    const auto bytes = request_bytes(r, *where);
    const auto ex = co_await runtime::asio::this_coro::executor;

    fetched result;
    header_list headers;
    runtime::wakeup answered(ex);
    bool over = false;
    single_use_origin origin;
    try {
        origin.pool =
            std::make_shared<origin_pool>(ex.context(), *where, options_of(r), std::chrono::seconds(1), &headers);
    } catch (const boost::system::system_error& e) {
        result = failed(transport_error::tls_failed, e.what());
    }
    if (!origin.pool) co_return result;

    origin.pool->send(bytes, r.deadline, [&](const reply& from) {
        keep(from, r.response_limit, result);
        over = true;
        answered.notify();
    });
    while (!over)
        co_await answered.wait(r.deadline);
    if (result.error == transport_error::none) result.headers = std::move(headers);
    co_return result;
}

}  // namespace tidings::http
