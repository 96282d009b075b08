#include "registry/endpoint_bucket.hpp"

#include <algorithm>
#include <utility>

#include "domain/fleet_scope.hpp"
#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto check_period = 5s;

}  // namespace

endpoint_bucket::endpoint_bucket(runtime::asio::io_context& ctx, bus::connection& c, unsigned replicas,
                                 std::string scope, handlers h)
    : ctx_(ctx),
      bus_(c),
      bucket_(c, std::string(events::endpoints_bucket), 2s),
      replicas_(replicas),
      scope_(std::move(scope)),
      handlers_(std::move(h)),
      changed_(ctx.get_executor()) {}

runtime::task<> endpoint_bucket::run() {
    const auto alive = std::make_shared<char>();
    bus_.on_connected(alive, [this] { changed_.notify(); });
    std::optional<bus::ordered_consumer> watching(watch());
    runtime::backoff pause(100ms, check_period);
    for (;;) {
        const auto there = co_await bucket_.ensure(replicas_);
        if (there && was_purged(*there)) watching.emplace(watch());
        if (co_await bucket_.keep_all())
            log::error("the bucket was set to forget keys: that was taken back",
                       {{"bucket", events::endpoints_bucket}});
        const bool whole = there && (!missing_ || co_await restore());
        if (whole) pause.reset();
        co_await changed_.wait(whole ? std::chrono::milliseconds(check_period) : pause.next());
    }
}

bus::ordered_consumer endpoint_bucket::watch() {
    return bucket_.watch(ctx_.get_executor(), {[this] { start(); }, [this](bus::kv_entry e) { arrived(std::move(e)); },
                                               [this] { complete(); }});
}

// Nobody tells those who watch. No write makes the keys fewer: one that is deleted leaves a marker.
bool endpoint_bucket::was_purged(const bus::stream_info& now) {
    const bool fewer = now.messages < std::max<std::uint64_t>(std::exchange(stored_, now.messages), known_.size());
    const bool begins_later = std::ranges::any_of(
        known_, [&](const auto& one) { return !one.second.deleted && one.second.revision < now.first_seq; });
    return current_ && !missing_ && (fewer || begins_later);
}

void endpoint_bucket::start() {
    current_ = false;
    of_others_ = 0;
    for (auto& [key, k] : known_)
        k.seen = false;
}

void endpoint_bucket::arrived(bus::kv_entry e) {
    const auto key = without_scope(e.key, scope_);
    if (key.empty()) {
        if (!current_ && !e.deleted && !e.key.ends_with(".resumed")) ++of_others_;
        return;
    }
    e.key = std::string(key);
    take(std::move(e));
}

void endpoint_bucket::take(bus::kv_entry e) {
    auto& k = known_[e.key];
    // Own writes are known before they arrive. A bucket that was made anew counts from 1.
    const bool news = k.revision < e.revision || (!k.seen && k.revision != e.revision);
    k.seen = true;
    if (!news) return;
    const bool same = k.revision != 0 && k.deleted == e.deleted && k.value == e.value;
    k.revision = e.revision;
    k.deleted = e.deleted;
    k.value = std::move(e.value);
    if (k.deleted) return same ? void() : handlers_.on_removed(e.key);
    handlers_.on_value(e.key, k.value, k.revision);
}

// A key that was deleted leaves a marker. One that is not there at all went with its bucket.
void endpoint_bucket::complete() {
    current_ = true;
    if (of_others_ > 0)
        log::info("broadcasters of other streams have endpoints of their own", {{"endpoints", of_others_}});
    std::erase_if(known_, [](const auto& one) { return !one.second.seen && one.second.deleted; });
    missing_ = std::ranges::any_of(known_, [](const auto& one) { return !one.second.seen; });
    if (missing_) changed_.notify();
}

runtime::task<bool> endpoint_bucket::restore() {
    std::map<std::string, known> lost;
    for (const auto& [key, k] : known_)
        if (!k.seen && !k.deleted) lost.emplace(key, k);
    missing_ = false;
    bool whole = true;
    for (const auto& [key, k] : lost) {
        log::warn("the bucket of endpoints has lost a key: writing it again", {{"key", key}});
        const auto written = co_await set(key, k.value, 0);
        whole = whole && (written || written.error() == bus::errc::wrong_sequence);
    }
    missing_ = missing_ || !whole;
    co_return whole;
}

runtime::task<bus::result<std::uint64_t>> endpoint_bucket::set(std::string key, std::string value,
                                                               std::uint64_t expected) {
    const auto written = co_await bucket_.update(scope_ + key, value, expected);
    if (written) take({std::move(value), *written, std::move(key), false});
    co_return written;
}

runtime::task<bus::result<std::uint64_t>> endpoint_bucket::remove(std::string key,
                                                                  std::optional<std::uint64_t> expected) {
    const auto written = co_await bucket_.remove(scope_ + key, expected);
    if (written) take({{}, *written, std::move(key), true});
    co_return written;
}

bool endpoint_bucket::has(const std::string& key) const {
    const auto k = known_.find(key);
    return k != known_.end() && !k->second.deleted;
}

runtime::task<bus::result<std::uint64_t>> endpoint_bucket::mark(std::string key, std::string value) {
    const auto written = co_await bucket_.put(scope_ + key, value);
    if (written) take({std::move(value), *written, std::move(key), false});
    co_return written;
}

}  // namespace tidings::broadcaster
