#include "http/client/pool.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/client/tls.hpp"

namespace tidings::http::client {

namespace {

// How late a deadline may be noticed. One timer for all of them: a timer per request would cost more than the request.
constexpr std::chrono::milliseconds deadline_check_period{10};

using runtime::now;

}  // namespace

pool::pool(const runtime::executor& ex, const pool_key& key, runtime::duration idle_limit,
           std::shared_ptr<connection_room> room)
    : context_{.ex = ex,
               .host = key.host,
               .addresses = std::make_shared<client::addresses>(ex, key.host, key.port),
               .allow_private_addresses = key.allow_private_addresses,
               .room = std::move(room)},
      policy_(idle_limit),
      idle_limit_(idle_limit),
      deadline_timer_(ex),
      idle_timer_(ex) {
    if (key.scheme == "https") context_.tls = &tls_.emplace(make_client_tls(key.verify_tls, key.ca_file));
    // Not beyond shut_down(), which cancels it.
    context_.addresses->watch([this](const auto& known) { follow(known); });
}

// Without the loop those that were open are gone unseen.
pool::~pool() {
    if (!context_.room) return;
    for (const auto& c : slots_)
        if (c) context_.room->closed();
}

void pool::send(request_bytes bytes, runtime::duration deadline, std::size_t response_limit, origin::on_reply done,
                std::size_t* sender) {
    if (shut_down_) {
        reply r;
        r.error = transport_error::cancelled;
        r.reason = "cancelled";
        r.ended = now();
        return runtime::asio::post(context_.ex, [r, done = std::move(done)] { done(r); });
    }
    ++in_flight_;
    if (sender != nullptr) ++*sender;
    const auto started = now();
    usable_connection(started).start({bytes, started, started + deadline, response_limit, std::move(done), sender});
    watch_deadlines();
}

// Each is looked at, also one that was read a moment ago: what comes in between would pass for an answer. Only while
// the caller is told of a response, its connection has been looked at by the read itself.
connection& pool::usable_connection(runtime::time_point at) {
    while (const auto slot = policy_.take_idle()) {
        auto& c = *slots_[*slot];
        const bool looked_at = slot == answering_ && c.read_to_its_end();
        if (policy_.may_use(looked_at ? idle_state::quiet : c.look(), at)) return c;
        close(*slot);
    }
    return open();
}

connection& pool::open() {
    if (context_.room) context_.room->open();
    if (free_slots_.empty()) {
        free_slots_.push_back(slots_.size());
        slots_.emplace_back();
    }
    const auto slot = free_slots_.back();
    free_slots_.pop_back();
    connection_owner& owner = *this;
    return *(slots_[slot] = std::make_shared<connection>(owner, context_, slot));
}

void pool::close(std::size_t slot) {
    slots_[slot]->close();
    slots_[slot].reset();
    free_slots_.push_back(slot);
    if (context_.room) context_.room->closed();
}

void pool::close_idle_since(runtime::time_point then) {
    for (const auto slot : policy_.take_idle_since(then))
        close(slot);
}

// No exchange fails for it: a connection in use is closed when its exchange has ended.
void pool::follow(const known_addresses::list& known) {
    const auto astray = [&known](const connection& c) { return c.where() && is_gone(*c.where(), known); };
    for (const auto& c : connections_that(astray)) {
        if (policy_.retire(c->slot())) close(c->slot());
    }
}

void pool::exchange_ended(connection& c, reply& r, const exchange_end& end) {
    const auto self = shared_from_this();  // `done` may destroy the origin
    const auto connection = c.shared_from_this();
    const auto at = now();
    context_.addresses->keep_fresh(at);
    auto e = c.take_exchange();
    const auto verdict = policy_.after(c.slot(), end, at);
    if (verdict == pool_policy::verdict::keep || self_) watch_idle();
    if (verdict != pool_policy::verdict::keep) close(c.slot());
    if (verdict == pool_policy::verdict::resend) return open().start(std::move(e));
    --in_flight_;
    if (e.sender != nullptr) --*e.sender;
    last_used_ = at;
    r.ended = at;
    r.took = at - e.started;
    answering_ = c.slot();
    e.done(r);
    answering_.reset();
}

void pool::idle_ended(connection& c, idle_state seen) {
    policy_.ended(c.slot(), seen, now());
    close(c.slot());
}

// A copy: to end one changes the list. Allocates nothing when there are none.
template <class Condition>
std::vector<pool::connection_ptr> pool::connections_that(Condition holds) const {
    std::vector<connection_ptr> result;
    std::copy_if(slots_.begin(), slots_.end(), std::back_inserter(result),
                 [&](const auto& c) { return c && holds(*c); });
    return result;
}

void pool::watch_deadlines() {
    if (std::exchange(watching_deadlines_, true)) return;
    deadline_timer_.expires_after(deadline_check_period);
    deadline_timer_.async_wait([weak = weak_from_this()](const auto& failure) {
        const auto self = weak.lock();
        if (!self || failure) return;
        self->watching_deadlines_ = false;
        const auto at = now();
        for (const auto& c : self->connections_that([at](const auto& other) { return other.overdue(at); }))
            c->check_deadlines(at);
        if (self->in_flight_ != 0) self->watch_deadlines();
    });
}

void pool::watch_idle() {
    if (std::exchange(watching_idle_, true)) return;
    idle_timer_.expires_after(idle_limit_ / 8);
    idle_timer_.async_wait([weak = weak_from_this()](const auto& failure) {
        const auto self = weak.lock();
        if (!self || failure) return;
        self->watching_idle_ = false;
        for (const auto slot : self->policy_.take_unused(now()))
            self->close(slot);
        const bool unused = self->idle() == 0 && self->in_flight_ == 0 && now() - self->last_used_ > self->idle_limit_;
        if (self->self_ && unused) return self->end();
        if (self->idle() == 0 && !self->self_) return;
        if (self->idle() != 0) self->context_.addresses->keep_fresh(now());
        self->watch_idle();
    });
}

void pool::cancel(const std::size_t* sender) {
    const auto ends = [sender](const connection& c) {
        return c.under_way() && (sender == nullptr || c.current().sender == sender);
    };
    for (const auto& c : connections_that(ends)) {
        if (ends(*c)) c->cancel_exchange();
    }
}

void pool::live(std::function<void()> ended) {
    self_ = shared_from_this();
    ended_ = std::move(ended);
}

void pool::part() {
    if (--joined_ == 0) end();
}

void pool::end() {
    const auto self = std::exchange(self_, nullptr);
    shut_down();
    if (self) ended_();
}

void pool::shut_down() {
    shut_down_ = true;
    const auto self = shared_from_this();
    cancel();
    for (const auto slot : policy_.take_unused(runtime::time_point::max()))
        close(slot);
    context_.addresses->cancel();
    deadline_timer_.cancel();
    idle_timer_.cancel();
}

}  // namespace tidings::http::client
