#include "http/client/pool_directory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace tidings::http::client {

namespace {

constexpr std::chrono::seconds idle_limit{60};

std::size_t most_connections() {
    rlimit files{};
    return ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? std::max<std::size_t>(files.rlim_cur / 2, 1) : 512;
}

}  // namespace

runtime::asio::execution_context::id pool_directory::id;

pool_directory::pool_directory(runtime::asio::execution_context& ctx)
    : service(ctx),
      ex_(static_cast<runtime::asio::io_context&>(ctx).get_executor()),
      room_(std::make_shared<connection_room>(most_connections(), [this, alive = std::weak_ptr<void>(pools_)] {
          if (!alive.expired()) make_room();
      })) {}

std::shared_ptr<pool> pool_directory::find(const pool_key& key) {
    const auto known = pools_->find(key);
    if (known != pools_->end())
        if (auto p = known->second.lock()) return p;
    auto p = std::make_shared<pool>(ex_, key, idle_limit, room_);
    p->live([all = std::weak_ptr(pools_), key] {
        if (const auto still = all.lock()) still->erase(key);
    });
    pools_->insert_or_assign(key, p);
    return p;
}

// An eighth at a time, so that it need not be done for each connection.
void pool_directory::make_room() {
    std::vector<std::shared_ptr<pool>> all;
    for (const auto& [key, known] : *pools_)
        if (auto p = known.lock()) all.push_back(std::move(p));
    std::vector<runtime::time_point> idle;
    for (const auto& p : all)
        p->add_idle_times(idle);
    if (idle.empty()) return;
    const auto last = idle.begin() + static_cast<std::ptrdiff_t>(std::min(idle.size() - 1, room_->most() / 8));
    std::ranges::nth_element(idle, last);
    for (const auto& p : all)
        p->close_idle_since(*last);
}

void pool_directory::shutdown() {
    for (const auto& [key, known] : std::exchange(*pools_, {}))
        if (const auto p = known.lock()) p->abandon();
}

}  // namespace tidings::http::client
