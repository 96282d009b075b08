#include "redis/link.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "http/client/addresses.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::redis {

namespace asio = runtime::asio;

namespace {

using namespace std::chrono_literals;
using error_code = boost::system::error_code;

constexpr auto lookup_limit = 2s;
constexpr auto as_tuple = asio::as_tuple(runtime::use_task);

// "WRONGPASS" of what may be anything.
std::string code_of(std::string_view error) {
    const auto shown = error.substr(0, 32);
    return {shown.begin(), std::ranges::find_if(shown, [](char c) { return c < 'A' || c > 'Z'; })};
}

struct lookup {
    explicit lookup(const runtime::executor& ex) : over(ex) {}
    runtime::wakeup over;
    http::client::addresses::list found;
};

}  // namespace

void link::close_in(runtime::duration limit) {
    timer_.expires_after(limit);
    timer_.async_wait([l = shared_from_this()](const error_code& cancelled) {
        if (cancelled || runtime::now() < l->timer_.expiry()) return;
        l->overdue_ = true;
        l->stream_.close();
    });
}

void link::close() {
    timer_.cancel();
    stream_.close();
}

void link::require(const error_code& failure) const {
    if (overdue_) throw lost{"no answer in time"};
    if (failure == asio::error::operation_aborted) throw boost::system::system_error(failure);
    if (failure) throw lost{failure.message()};
}

runtime::task<> link::open(server_address where) {
    co_await connect(where);
    co_await login(where);
}

runtime::task<> link::connect(const server_address& where) {
    const auto asked = std::make_shared<lookup>(ex_);
    const auto names = std::make_shared<http::client::addresses>(ex_, where.host, where.port);
    names->get([asked, names](const error_code&, const auto& found) {
        asked->found = found;
        asked->over.notify();
    });
    if (!co_await asked->over.wait(lookup_limit) || !asked->found || asked->found->empty())
        throw lost{"its name has no address"};
    error_code failure;
    for (const auto& address : *asked->found) {
        std::tie(failure) = co_await stream_.async_connect(address, as_tuple);
        if (!failure || overdue_) break;
    }
    require(failure);
    if (!stream_.is_tls()) co_return;
    require(stream_.expect_host(where.host));
    std::tie(failure) = co_await stream_.async_handshake(as_tuple);
    if (failure && !overdue_ && failure != asio::error::operation_aborted)
        throw lost{"TLS: " + stream_.handshake_failure(failure)};
    require(failure);
}

runtime::task<> link::login(const server_address& where) {
    std::vector<std::string> words;
    if (!where.password.empty())
        words.push_back(where.user.empty() ? command({"AUTH", where.password})
                                           : command({"AUTH", where.user, where.password}));
    if (where.database != 0) words.push_back(command({"SELECT", std::to_string(where.database)}));
    words.push_back(command({"PING"}));
    std::string all, refused;
    for (const auto& w : words)
        all += w;
    co_await exchange(std::move(all), words.size(), [&refused](const reply& r) {
        if (r.what == reply::kind::error && refused.empty()) refused = "it refuses: " + code_of(r.text);
    });
    if (!refused.empty()) throw lost{refused};
}

runtime::task<> link::exchange(std::string commands, std::size_t count, on_reply told) {
    for (std::string_view rest = commands; !rest.empty();) {
        const auto [failure, sent] = co_await stream_.async_write_some({rest, {}}, as_tuple);
        require(failure);
        rest.remove_prefix(sent);
    }
    while (count > 0) {
        const auto [failure, read] = co_await stream_.async_read_some(asio::buffer(buffer_), as_tuple);
        require(failure);
        replies_.feed({buffer_.data(), read});
        while (auto r = replies_.next()) {
            if (count == 0) throw lost{"it answers more than it was asked"};
            told(std::move(*r));
            --count;
        }
        if (replies_.failed()) throw lost{"it does not speak the protocol"};
    }
}

}  // namespace tidings::redis
