#include "http/client/name_lookups.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace tidings::http::client {

namespace asio = runtime::asio;
using boost::system::error_code;

namespace {

error_code failure_of(int code) {
    switch (code) {
        case EAI_SYSTEM:
            return {errno, boost::system::system_category()};
        case EAI_AGAIN:
            return asio::error::host_not_found_try_again;
        case EAI_NONAME:
        case EAI_NODATA:
        case EAI_ADDRFAMILY:
            return asio::error::host_not_found;
        case EAI_MEMORY:
            return asio::error::no_memory;
        default:
            return asio::error::no_recovery;
    }
}

asio::ip::address address_of(const addrinfo& found) {
    asio::ip::tcp::endpoint e;
    if (found.ai_addrlen > e.capacity()) return {};
    e.resize(found.ai_addrlen);
    std::memcpy(e.data(), found.ai_addr, found.ai_addrlen);
    return e.address();
}

// For the lookups of this thread. (res_init would have the other threads read their settings anew.)
void ask_once() {
    if (::res_ninit(&_res) != 0) return;
    _res.retrans = 1;  // seconds
    _res.retry = 1;
    _res.options |= RES_NORELOAD;
}

}  // namespace

lookup_result look_up_now(const std::string& name, bool brief) {
    constexpr std::chrono::milliseconds answers_take_less{900};
    const auto started = runtime::now();
    if (brief) ask_once();
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    const int code = ::getaddrinfo(name.c_str(), nullptr, &hints, &first);
    if (code != 0) {
        const bool silent = brief && code == EAI_AGAIN && runtime::now() - started > answers_take_less;
        return {.failure = failure_of(code), .silent = silent};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(first, &::freeaddrinfo);
    lookup_result result;
    for (const auto* found = first; found != nullptr; found = found->ai_next)
        result.addresses.push_back(address_of(*found));
    return result;
}

asio::execution_context::id name_lookups::id;

struct name_lookups::gate {
    std::mutex mutex;
    name_lookups* owner;  // null: it has gone
    runtime::executor ex;
    function look_up;
};

name_lookups::name_lookups(asio::execution_context& ctx, function look_up)
    : service(ctx), gate_(new gate{{}, this, static_cast<asio::io_context&>(ctx).get_executor(), std::move(look_up)}) {}

void name_lookups::shutdown() {
    const std::lock_guard lock(gate_->mutex);
    gate_->owner = nullptr;
    jobs_.clear();
    news_ = nullptr;
}

void name_lookups::start(const std::string& name, lookup_history history, std::weak_ptr<void> asker, on_result done) {
    auto& j = jobs_[name];
    j.askers.push_back({std::move(asker), std::move(done)});
    if (j.askers.size() > 1) return;
    queue_.add({name, history});
    start_next();
}

void name_lookups::start_next() {
    while (const auto next = queue_.take())
        begin(*next);
}

void name_lookups::begin(const lookup_queue::lookup& l) {
    auto& j = jobs_[l.name];
    j.started = runtime::now();
    const auto gone = [](const asked& a) { return a.asker.expired(); };
    if (std::ranges::all_of(j.askers, gone)) {
        jobs_.erase(l.name);
        return queue_.ended(l.history);
    }
    try {
        std::thread(run, gate_, l).detach();
    } catch (const std::system_error& e) {  // no more threads
        const lookup_result r{.failure = error_code(e.code().value(), boost::system::system_category())};
        asio::post(gate_->ex, [this, l, r] { ended(l, r); });
    }
}

void name_lookups::run(const std::shared_ptr<gate>& g, const lookup_queue::lookup& l) {
    auto result = g->look_up(l.name, l.brief());
    const std::lock_guard lock(g->mutex);
    if (g->owner == nullptr) return;
    asio::post(g->ex, [owner = g->owner, l, r = std::move(result)]() mutable { owner->ended(l, std::move(r)); });
}

void name_lookups::ended(const lookup_queue::lookup& l, lookup_result r) {
    if (r.silent) {  // again, with all patience, when those that may answer sooner have had their turn
        queue_.ended(l.history);
        queue_.add({l.name, lookup_history::silent});
        return start_next();
    }
    const auto j = std::move(jobs_.extract(l.name).mapped());
    const auto took = runtime::now() - j.started;
    r.slow = took > slow;
    queue_.ended(l.history);
    start_next();
    bool wanted = false;
    bool moved = false;
    for (const auto& a : j.askers) {
        const auto alive = a.asker.lock();
        wanted = wanted || alive;
        if (alive && a.done(r)) moved = true;
    }
    if (wanted && news_) news_({l.name, r.addresses, r.failure, took, moved});
}

}  // namespace tidings::http::client

namespace tidings::http {

void on_name_news(runtime::asio::io_context& ctx, std::function<void(const name_news&)> news) {
    runtime::asio::use_service<client::name_lookups>(ctx).tell(std::move(news));
}

}  // namespace tidings::http
