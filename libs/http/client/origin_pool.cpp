#include "http/client/origin_pool.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cassert>
#include <utility>

#include "http/client/address_policy.hpp"
#include "http/client/origin_stream.hpp"
#include "http/client/tls.hpp"

namespace tidings::http {

namespace {

// How late a deadline may be noticed. One timer for all of them: a timer per request would cost more than the request.
constexpr std::chrono::milliseconds sweep_period{10};
constexpr std::chrono::minutes distrust_time{1};

}  // namespace

origin_pool::origin_pool(runtime::asio::io_context& ctx, const url_parts& where, origin_options options,
                         std::chrono::milliseconds idle_limit, header_list* headers)
    : ex_(ctx.get_executor()),
      host_(where.host),
      options_(std::move(options)),
      idle_limit_(idle_limit),
      headers_(headers),
      addresses_(std::make_shared<origin_addresses>(ex_, where.host, where.port)),
      deadline_timer_(ex_),
      idle_timer_(ex_) {
    if (where.scheme == "https") tls_.emplace(make_client_tls(options_.verify_tls, options_.ca_file));
}

bool origin_pool::may_connect_to(const runtime::asio::ip::address& a) const {
    return options_.allow_private_addresses || is_public_address(a);
}

void origin_pool::send(std::string_view bytes, runtime::duration deadline, origin::on_reply done) {
    if (shut_down_) {
        reply r;
        r.error = transport_error::cancelled;
        r.reason = "cancelled";
        return runtime::asio::post(ex_, [r, done = std::move(done)] { done(r); });
    }
    assert(busy_.size() < options_.connections);
    const auto now = std::chrono::steady_clock::now();
    auto c = take_idle();
    if (!c) c = make_connection();
    begin(std::move(c), {bytes, now, now + deadline, std::move(done)});
    watch_deadlines();
}

// Null when there is none that can be used again.
origin_pool::connection_ptr origin_pool::take_idle() {
    while (!idle_.empty()) {
        auto c = std::move(idle_.back());
        idle_.pop_back();
        using enum origin_connection::idle_state;
        const auto state = c->look();
        if (state == out_of_step) distrust();
        if (state == quiet && std::chrono::steady_clock::now() >= trusted_from_) return c;
        c->close();
    }
    return nullptr;
}

origin_pool::connection_ptr origin_pool::make_connection() {
    return make_origin_connection(*this, ex_, tls_ ? &*tls_ : nullptr, host_, options_.response_limit, headers_);
}

void origin_pool::begin(connection_ptr c, exchange e) {
    c->place = busy_.size();
    auto& connection = *c;
    busy_.push_back(std::move(c));
    connection.start(std::move(e));
}

origin_pool::connection_ptr origin_pool::take_busy(origin_connection& c) {
    const auto place = c.place;
    busy_.back()->place = place;
    std::swap(busy_[place], busy_.back());
    auto taken = std::move(busy_.back());
    busy_.pop_back();
    return taken;
}

void origin_pool::ended(origin_connection& c, reply& r, bool reusable) {
    const auto self = shared_from_this();  // `done` and `on_idle` may destroy the origin
    const auto connection = take_busy(c);
    const auto now = std::chrono::steady_clock::now();
    const auto e = c.take_exchange();
    if (reusable && !shut_down_ && now >= trusted_from_) {
        c.idle_since = now;
        idle_.push_back(connection);
        watch_idle();
    } else {
        c.close();
    }
    r.took = now - e.started;
    const auto left = busy_.size();
    e.done(r);
    if (busy_.size() <= left && options_.on_idle && !shut_down_) options_.on_idle();
}

void origin_pool::dropped(origin_connection& c) {
    const auto here = std::find_if(idle_.begin(), idle_.end(), [&](const auto& other) { return other.get() == &c; });
    if (here != idle_.end()) idle_.erase(here);
    c.close();
}

void origin_pool::distrust() { trusted_from_ = std::chrono::steady_clock::now() + distrust_time; }

void origin_pool::replace(origin_connection& c) {
    const auto connection = take_busy(c);
    auto e = c.take_exchange();
    c.close();
    begin(make_connection(), std::move(e));
}

void origin_pool::watch_deadlines() {
    if (watching_deadlines_) return;
    watching_deadlines_ = true;
    deadline_timer_.expires_after(sweep_period);
    deadline_timer_.async_wait([weak = weak_from_this()](const auto& failure) {
        if (const auto self = weak.lock(); self && !failure) self->end_overdue();
    });
}

void origin_pool::end_overdue() {
    watching_deadlines_ = false;
    const auto now = std::chrono::steady_clock::now();
    std::vector<connection_ptr> overdue;  // ending one changes the list
    for (const auto& c : busy_) {
        if (c->overdue(now)) overdue.push_back(c);
    }
    for (const auto& c : overdue)
        c->check_deadlines(now);
    if (!busy_.empty()) watch_deadlines();
}

void origin_pool::watch_idle() {
    if (watching_idle_) return;
    watching_idle_ = true;
    idle_timer_.expires_after(idle_limit_ / 8);
    idle_timer_.async_wait([weak = weak_from_this()](const auto& failure) {
        if (const auto self = weak.lock(); self && !failure) self->close_unused();
    });
}

void origin_pool::close_unused() {
    watching_idle_ = false;
    const auto since = std::chrono::steady_clock::now() - idle_limit_;
    std::erase_if(idle_, [since](const auto& c) {
        const bool unused = c->idle_since < since;
        if (unused) c->close();
        return unused;
    });
    if (!idle_.empty()) watch_idle();
}

void origin_pool::cancel() {
    // Only those of this moment: `done` may send again.
    for (const auto& c : std::vector(busy_)) {
        if (c->under_way()) c->fail(transport_error::cancelled, "cancelled");
    }
}

void origin_pool::shut_down() {
    shut_down_ = true;
    const auto self = shared_from_this();
    cancel();
    for (const auto& c : idle_)
        c->close();
    idle_.clear();
    addresses_->cancel();
    deadline_timer_.cancel();
    idle_timer_.cancel();
}

}  // namespace tidings::http
