#include "pg/resolve.hpp"

#include <algorithm>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "runtime/wakeup.hpp"

namespace tidings::pg {

namespace {

using resolver = runtime::asio::ip::basic_resolver<runtime::asio::ip::tcp, runtime::executor>;

// Shared with the resolver's thread of Asio: a lookup cannot be called off, so it may end after its caller has gone.
struct lookup {
    explicit lookup(const runtime::executor& ex) : names(ex), answered(ex) {}
    resolver names;
    runtime::wakeup answered;
    std::vector<std::string> addresses;
};

runtime::task<std::vector<std::string>> addresses_of(std::string host, runtime::time_point until) {
    const auto asked = std::make_shared<lookup>(co_await runtime::asio::this_coro::executor);
    asked->names.async_resolve(host, "", [asked](boost::system::error_code, const resolver::results_type& found) {
        for (const auto& entry : found)
            asked->addresses.push_back(entry.endpoint().address().to_string());
        asked->answered.notify();
    });
    if (!co_await asked->answered.wait(until - std::chrono::steady_clock::now())) {
        throw error("08006", "connecting: no answer from the name server in time");
    }
    co_return asked->addresses;
}

}  // namespace

runtime::task<> resolve_hosts(keywords& k, runtime::time_point until) {
    if (k.contains("hostaddr") || !k.contains("host")) co_return;
    const std::vector<std::string> hosts = split_list(k["host"]);
    if (std::all_of(hosts.begin(), hosts.end(), needs_no_resolver)) co_return;

    std::vector<std::vector<std::string>> found;
    bool reachable = false;
    for (const std::string& host : hosts) {
        if (needs_no_resolver(host)) {
            found.emplace_back();
            reachable = true;
            continue;
        }
        found.push_back(co_await addresses_of(host, until));
        reachable = reachable || !found.back().empty();
    }
    if (!reachable) throw error("08001", "connecting: the host name has no address");
    set_addresses(k, found);
}

}  // namespace tidings::pg
