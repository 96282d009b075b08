#include "delivery/fleet.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "domain/fleet_scope.hpp"
#include "domain/shard_assignment.hpp"
#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"
#include "text/decimal.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto tick_period = 50ms;
constexpr auto look_at_bucket = 5s;
constexpr auto live_for = 1s;  // after its last event

}  // namespace

fleet::fleet(share_links& l, bus::connection& publishes, options o)
    : links_(l),
      publishes_(publishes),
      o_(std::move(o)),
      bucket_(publishes, std::string(events::positions_bucket), 2s),
      members_(o_.replica),
      news_(publishes.subscribe(std::string(events::fleet_subject), {}, [this](const bus::message& m) { heard(m); })),
      tasks_(l.line.ctx.get_executor()),
      followers_(l.line.ctx.get_executor()) {
    // What is delivered while no position can be stored is repeated if the shard is lost.
    l.bus.on_connected([&publishes] { publishes.hurry(); });
}

fleet::~fleet() = default;

runtime::task<> fleet::run() {
    co_await make_bucket();
    o_.on_bucket();
    start_keepers();
    followers_.spawn(keep_bucket());
    announce({.asks = true});
    runtime::time_point announced{};
    for (;;) {
        const auto now = runtime::now();
        if (now - announced >= announce_period) {
            announced = now;
            announce({});
            tell_trouble();
        }
        if (members_.forget_silent(now)) assign();
        tick();
        if (bucket_missing_) {
            co_await runtime::sleep_for(bus::remake_after);
            co_await make_bucket();
        }
        co_await runtime::sleep_for(tick_period);
    }
}

void fleet::tick() {
    const auto now = runtime::now();
    const auto load = load_.since_last();
    links_.awake.tick(now);
    links_.line.attempts.adapt(load, now);
    links_.line.catch_up.adapt(load, now - links_.line.live_at < live_for, now);
    for (const auto& k : keepers_)
        k->tick();
    for (const auto& [stream, source] : sources_)
        source->tick();
    forget_metrics();
}

// Positions that expire would be taken for those of endpoints that need none.
runtime::task<> fleet::keep_bucket() {
    for (;;) {
        if (co_await bucket_.keep_all())
            log::error("the bucket was set to forget keys: that was taken back",
                       {{"bucket", events::positions_bucket}});
        co_await runtime::sleep_for(look_at_bucket);
    }
}

// Also when it is gone.
runtime::task<> fleet::make_bucket() {
    runtime::backoff pause(50ms, 2s);
    bus::jetstream js(publishes_);
    for (;;) {
        const auto retries = co_await js.stream(std::string(events::retries_stream));
        const bool known = retries || retries.error() == bus::errc::not_found;
        const auto made = known ? co_await bucket_.ensure(o_.jetstream_replicas) : retries.error();
        hindered_ = made ? std::string() : publishes_.why(made.error());
        if (made && co_await count_shards(retries.has_value())) break;
        if (pause.failures() >= 4) tell_trouble();
        co_await runtime::sleep_for(pause.next());
    }
    bucket_missing_ = false;
}

// Whether there were positions before shows in the stream of retries, which is made after the bucket has some: then
// none are written, and all that is kept is delivered again. An empty bucket beside it has lost those of every fleet,
// which is kept there for the fleets that come later. Nothing: NATS has not said.
runtime::task<std::optional<bool>> fleet::were_lost() {
    const std::string mark = "shards.lost";
    const auto keys = co_await bus::jetstream(publishes_).stream("KV_" + std::string(events::positions_bucket));
    if (!keys) co_return std::nullopt;
    if (keys->messages == 0) {
        if (!co_await bucket_.put(mark, "true")) co_return std::nullopt;
        co_return true;
    }
    const auto marked = co_await bucket_.get(mark);
    if (!marked && marked.error() != bus::errc::not_found) co_return std::nullopt;
    co_return marked.has_value();
}

// Endpoints would change their shard with the number of shards: that of the bucket counts. Throws when it is another
// than the one that this process works with: its replicas would not agree on who delivers to whom.
runtime::task<bool> fleet::count_shards(bool retries_there) {
    const auto key = "shards." + o_.scope + "count";
    auto there = co_await bucket_.get(key);
    if (!there && there.error() == bus::errc::not_found) {
        const auto lost = retries_there ? co_await were_lost() : std::optional(false);
        if (!lost) co_return false;
        if (*lost)
            log::error("the positions were lost: every endpoint starts at the oldest event that is kept",
                       {{"bucket", events::positions_bucket}});
        for (std::uint32_t n = 0; n < o_.shards && !*lost; ++n)
            if (!co_await position_store(links_.line.ctx, publishes_, shard_name(o_.scope, n)).begin()) co_return false;
        const auto made = co_await bucket_.update(key, std::to_string(o_.shards), 0);
        if (!made && made.error() != bus::errc::wrong_sequence) co_return false;
        there = co_await bucket_.get(key);
    }
    if (!there) co_return false;
    const auto n = text::parse_number<std::uint32_t>(there->value);
    if (!n || *n == 0 || *n > 1'024) {
        log::error("in WEBHOOK_POSITIONS stands what is no number of shards", {{"key", key}, {"value", there->value}});
        co_return false;
    }
    if (!keepers_.empty() && *n != keepers_.size())
        throw std::runtime_error("the bucket WEBHOOK_POSITIONS was made anew with " + std::to_string(*n) +
                                 " shards, and this process works with " + std::to_string(keepers_.size()) +
                                 ": it has to be started again");
    if (*n != o_.shards) {
        log::warn("the number of shards is fixed when the bucket is made", {{"set", o_.shards}, {"used", *n}});
        shards_note_ = "SHARDS is " + std::to_string(o_.shards) + ", and the bucket WEBHOOK_POSITIONS has " +
                       there->value + ": their number is fixed when the bucket is made";
    }
    o_.shards = *n;
    co_return true;
}

void fleet::start_keepers() {
    for (std::uint32_t n = 0; n < o_.shards; ++n) {
        shard_keeper::options k;
        k.number = n;
        k.name = shard_name(o_.scope, n);
        k.replica = o_.replica;
        k.started_at = o_.started_at;
        k.drain_timeout = o_.drain_timeout;
        k.on_missing_retries = o_.on_missing_retries;
        k.on_missing_bucket = [this] { bucket_missing_ = true; };
        k.on_released = [this] { announce({.leaving = leaving_, .released = true}); };
        k.is_gone = o_.is_gone;
        keepers_.push_back(std::make_unique<shard_keeper>(links_, sources_, publishes_, std::move(k)));
    }
    for (const auto& [name, e] : endpoints_)
        keeper_of(name)->endpoints().set(e);
    for (const auto& k : keepers_) {
        tasks_.spawn(k->run());
        followers_.spawn(k->follow());
    }
    assign();
}

void fleet::announce(fleet_news n) {
    n.replica = o_.replica;
    n.files = o_.files;
    n.scope = o_.scope;
    publishes_.publish(events::fleet_subject, n.to_json());
}

// Whatever another says, its shards may have changed hands: look.
void fleet::heard(const bus::message& m) {
    const auto n = fleet_news::parse(m.payload());
    if (!n || n->replica == o_.replica || n->scope != o_.scope || leaving_) return;
    const bool changed = members_.heard(*n, runtime::now());
    if (changed || n->asks) announce({});
    if (changed) assign();
    if (changed || n->leaving || n->released)
        for (const auto& k : keepers_)
            k->look();
}

void fleet::assign() {
    const auto all = members_.all();
    owners_.clear();
    for (const auto owner : assign_shards(all, o_.shards))
        owners_.push_back(all[owner]);
    for (const auto& k : keepers_)
        k->want(owners_[k->about().number] == o_.replica);
}

runtime::task<> fleet::leave() {
    leaving_ = true;
    announce({.leaving = true});
    for (const auto& k : keepers_)
        k->stop();
    const auto until = runtime::now() + o_.drain_timeout + 2s;
    while (tasks_.size() > 0 && runtime::now() < until) {
        tick();
        co_await runtime::sleep_for(5ms);
    }
    followers_.cancel();
    tasks_.cancel();
    co_await followers_.wait(1s);
    co_await tasks_.wait(1s);
}

}  // namespace tidings::broadcaster
