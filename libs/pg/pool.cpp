#include "pg/pool.hpp"

#include <list>

#include "pg/reconnect_policy.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::pg {

namespace {
using clock = std::chrono::steady_clock;
}

struct pool_state {
    class queue_place;
    class slot;

    pool_state(runtime::asio::io_context& c, pool_options o) : ctx(c), options(std::move(o)) {}

    // An idle connection, the freshest first; null when there is none that lives.
    std::unique_ptr<connection> take_idle();
    bool can_open() const { return in_use + idle.size() < options.size; }
    void note_failure(const error& e);
    void give_back(std::unique_ptr<connection> c);
    void wake_first();

    runtime::asio::io_context& ctx;
    pool_options options;
    std::vector<std::unique_ptr<connection>> idle;
    std::size_t in_use = 0;
    std::list<queue_place*> waiting;
    bool closed = false;
    reconnect_policy reconnects;
};

// A waiter's place in the queue. Leaving it (served, timed out or cancelled) wakes the next waiter.
class pool_state::queue_place {
  public:
    explicit queue_place(pool_state& p) : pool_(p), wakeup_(p.ctx.get_executor()) {
        here_ = p.waiting.insert(p.waiting.end(), this);
    }
    ~queue_place() {
        pool_.waiting.erase(here_);
        pool_.wake_first();
    }
    queue_place(const queue_place&) = delete;
    queue_place& operator=(const queue_place&) = delete;

    bool first() const { return pool_.waiting.front() == this; }
    void wake() { wakeup_.notify(); }
    runtime::task<bool> wait(runtime::duration limit) { return wakeup_.wait(limit); }

  private:
    pool_state& pool_;
    runtime::wakeup wakeup_;
    std::list<queue_place*>::iterator here_;
};

// Room for one connection, held while it is opened, and kept for the lease. After a failed connect only one tries.
class pool_state::slot {
  public:
    explicit slot(pool_state& p) : pool_(p), trial_(p.reconnects.begin()) { ++p.in_use; }
    ~slot() {
        if (trial_) pool_.reconnects.end_trial();
        if (kept_) return;
        --pool_.in_use;
        pool_.wake_first();
    }
    slot(const slot&) = delete;
    slot& operator=(const slot&) = delete;
    void keep() { kept_ = true; }

  private:
    pool_state& pool_;
    bool trial_;
    bool kept_ = false;
};

std::unique_ptr<connection> pool_state::take_idle() {
    while (!idle.empty()) {
        std::unique_ptr<connection> c = std::move(idle.back());
        idle.pop_back();
        if (c->alive()) return c;
    }
    return nullptr;
}

void pool_state::note_failure(const error& e) {
    reconnects.failed(e, clock::now());
    for (queue_place* w : waiting)
        w->wake();
}

void pool_state::give_back(std::unique_ptr<connection> c) {
    --in_use;
    if (!closed && c->at_rest()) idle.push_back(std::move(c));
    wake_first();
}

void pool_state::wake_first() {
    if (!waiting.empty() && (closed || !idle.empty() || can_open())) waiting.front()->wake();
}

namespace {

// The task's turn has come: it got an idle connection, or may open one (null).
runtime::task<std::unique_ptr<connection>> wait_for_turn(std::shared_ptr<pool_state> p) {
    const auto until = clock::now() + p->options.acquire_timeout;
    pool_state::queue_place here(*p);
    while (true) {
        if (p->closed) throw error("08006", "the pool is closed");
        if (here.first()) {
            if (auto c = p->take_idle()) co_return c;
        }
        if (p->idle.empty()) {
            if (const auto* refusal = p->reconnects.refusal(clock::now())) throw *refusal;
        }
        if (here.first() && p->can_open()) co_return nullptr;
        if (!co_await here.wait(until - clock::now())) throw error("53300", "no free connection in time");
    }
}

runtime::task<std::unique_ptr<connection>> open_one(std::shared_ptr<pool_state> p) {
    pool_state::slot room(*p);
    try {
        auto c = co_await connection::open(p->ctx, p->options.connect);
        if (p->closed) throw error("08006", "the pool is closed");
        p->reconnects.succeeded();
        room.keep();
        co_return c;
    } catch (const error& e) {
        p->note_failure(e);
        throw;
    }
}

}  // namespace

pool::pool(runtime::asio::io_context& ctx, pool_options options)
    : state_(std::make_shared<pool_state>(ctx, std::move(options))) {}

pool::~pool() {
    state_->closed = true;
    state_->idle.clear();
    for (auto* w : state_->waiting)
        w->wake();
}

runtime::task<lease> pool::acquire() {
    const auto p = state_;
    auto c = p->waiting.empty() ? p->take_idle() : nullptr;
    if (!c) c = co_await wait_for_turn(p);
    if (c) {
        ++p->in_use;
    } else {
        c = co_await open_one(p);
    }
    co_return lease(p, std::move(c));
}

pool::counts pool::count() const {
    return {state_->options.size, state_->in_use, state_->idle.size(), state_->waiting.size()};
}

lease::lease(std::weak_ptr<pool_state> from, std::unique_ptr<connection> c)
    : pool_(std::move(from)), connection_(std::move(c)) {}

lease::lease(lease&&) noexcept = default;

lease::~lease() {
    if (!connection_) return;
    if (const auto p = pool_.lock()) p->give_back(std::move(connection_));
}

}  // namespace tidings::pg
