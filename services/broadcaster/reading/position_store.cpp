#include "reading/position_store.hpp"

#include <utility>

#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto look_deadline = 1s;
constexpr auto write_deadline = 2s;

// A record that nobody can read is as good as released; its revision still guards the takeover.
std::optional<shard_record> record_of(const bus::kv_entry& e) {
    auto r = shard_record::parse(e.value);
    if (!r)
        log::error("position of a shard cannot be read; its endpoints start at the oldest event",
                   {{"key", e.key}, {"value", std::string_view(e.value).substr(0, 200)}});
    return r;
}

// "shards.0.own.<epoch>.<endpoint>" -> "<endpoint>", when it begins with `prefix`.
std::optional<std::string> below(const std::string& key, const std::string& prefix) {
    if (!key.starts_with(prefix)) return std::nullopt;
    return key.substr(prefix.size());
}

// As if it had taken nothing: were it left out, it would have taken what its shard has.
void add_position(std::map<std::string, endpoint_position>& to, const std::string& name, const bus::kv_entry& e) {
    const auto p = endpoint_position::parse(e.value);
    if (!p || p->unreadable())
        log::error("position of an endpoint cannot be read; it starts at the oldest event",
                   {{"key", e.key}, {"value", std::string_view(e.value).substr(0, 200)}});
    to.emplace(name, p.value_or(endpoint_position{.stream = {}, .at = {}, .served = false}));
}

}  // namespace

position_store::position_store(runtime::asio::io_context& ctx, bus::connection& c, const std::string& shard)
    : bucket_(c, std::string(events::positions_bucket), look_deadline),
      js_(c, write_deadline),
      publisher_(ctx, c, write_deadline),
      prefix_("shards." + shard) {}

runtime::task<bus::result<kept_positions>> position_store::look() {
    const auto e = co_await bucket_.get(key());
    if (!e && e.error() == make_error_code(bus::errc::not_found)) co_return kept_positions{};
    if (!e) co_return e.error();
    kept_positions v;
    v.revision = e->revision;
    v.record = record_of(*e);
    co_return v;
}

// What is below the key is read by a consumer, which a server that lags may serve: it must show the key as well, with
// the revision that the leader has.
runtime::task<bus::result<kept_positions>> position_store::read() {
    auto v = co_await look();
    if (!v) co_return v;
    const auto all = co_await bucket_.entries(prefix_);
    if (!all) co_return all.error();
    std::uint64_t revision = 0;
    const auto own = prefix_ + ".own." + (v->record ? v->record->epoch : std::string()) + '.';
    const auto start = prefix_ + ".start.";
    for (const auto& e : *all) {
        if (e.key == key()) {
            revision = e.revision;
        } else if (const auto name = below(e.key, own)) {
            add_position(v->own, *name, e);
        } else if (const auto beginner = below(e.key, start)) {
            add_position(v->starts, *beginner, e);
        }
    }
    if (revision != v->revision) co_return bus::errc::wrong_sequence;
    co_return v;
}

runtime::task<bus::result<>> position_store::begin() {
    const auto made = co_await write({}, 0);
    if (!made && made.error() != bus::errc::wrong_sequence) co_return made.error();
    co_return bus::result<>();
}

runtime::task<bus::result<std::uint64_t>> position_store::write(const shard_record& r, std::uint64_t expected) {
    return bucket_.update(key(), r.to_json(), expected);
}

void position_store::write_own(const std::string& epoch, const std::string& endpoint,
                               const std::optional<endpoint_position>& p, std::function<void(bool)> done) {
    const auto subject = bucket_.subject_of(prefix_ + ".own." + epoch + '.' + endpoint);
    const bus::headers removed{{"KV-Operation", "DEL"}};
    publisher_.publish(subject, p ? bus::headers{} : removed, p ? p->to_json() : std::string(),
                       [done = std::move(done)](const bus::publish_ack& a) { done(!a.failure); });
}

// Many writes in flight; the first failure counts.
runtime::task<bus::result<>> position_store::write_all(std::string prefix, std::map<std::string, endpoint_position> all,
                                                       bool only_new) {
    if (all.empty()) co_return bus::result<>();
    struct state {
        explicit state(const runtime::executor& ex) : changed(ex) {}
        std::size_t waiting = 0;
        boost::system::error_code failure;
        runtime::wakeup changed;
    };
    prefix.insert(0, prefix_);
    const auto s = std::make_shared<state>(co_await runtime::asio::this_coro::executor);
    s->waiting = all.size();
    const auto h = only_new ? bus::headers{{"Nats-Expected-Last-Subject-Sequence", "0"}} : bus::headers{};
    for (const auto& [name, p] : all) {
        publisher_.publish(bucket_.subject_of(std::string(prefix).append(name)), h, p.to_json(),
                           [s](const bus::publish_ack& a) {
                               if (a.failure && a.failure != bus::errc::wrong_sequence) s->failure = a.failure;
                               if (--s->waiting == 0) s->changed.notify();
                           });
    }
    while (s->waiting > 0)
        co_await s->changed.wait(write_deadline);
    if (s->failure) co_return s->failure;
    co_return bus::result<>();
}

runtime::task<bus::result<>> position_store::write_own(const std::string& epoch,
                                                       std::map<std::string, endpoint_position> own) {
    return write_all(".own." + epoch + '.', std::move(own), false);
}

runtime::task<bus::result<>> position_store::write_starts(std::map<std::string, endpoint_position> starts,
                                                          bool only_new) {
    return write_all(".start.", std::move(starts), only_new);
}

// Purged, not marked as deleted: markers would stay for ever.
runtime::task<bus::result<>> position_store::forget(std::string identity, std::string epoch) {
    const std::string stream = "KV_" + std::string(events::positions_bucket);
    const auto start = bucket_.subject_of(prefix_ + ".start." + identity);
    const auto own = bucket_.subject_of(prefix_ + ".own." + epoch + '.' + identity);
    const auto gone = co_await js_.purge(stream, start);
    if (!gone) co_return gone.error();
    co_return co_await js_.purge(stream, own);
}

runtime::task<> position_store::forget_epoch(std::string epoch) {
    const auto prefix = prefix_ + ".own." + std::move(epoch);
    const auto gone = co_await bucket_.purge(prefix);
    if (!gone)
        log::debug("positions of an epoch that is over were not removed",
                   {{"shard", prefix_}, {"error", gone.error().message()}});
}

}  // namespace tidings::broadcaster
