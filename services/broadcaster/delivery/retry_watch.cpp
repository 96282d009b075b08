#include "delivery/retry_watch.hpp"

#include <utility>

#include "delivery/retry_message.hpp"
#include "events/subjects.hpp"
#include "reading/fetch_known.hpp"
#include "runtime/backoff.hpp"
#include "runtime/spawn.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto deadline = 2s;

bus::ordered_consumer::options options_of(const std::string& shard) {
    return {.stream = std::string(events::retries_stream),
            .filter_subject = std::string(events::retries_subject) + '.' + shard + ".>",
            .headers_only = true,
            .deadline = deadline};
}

}  // namespace

// After a lost connection the server forgets the consumer, and nothing tells which messages were written, replaced or
// removed meanwhile: all of the shard come again, headers only. Those that are known already cost no more than a look.
retry_watch::retry_watch(runtime::asio::io_context& ctx, bus::connection& c, bus::connection& reads, std::string shard,
                         std::string epoch, handlers h)
    : ctx_(ctx),
      bus_(c),
      shard_(std::move(shard)),
      epoch_(std::move(epoch)),
      handlers_(std::move(h)),
      consumer_(ctx.get_executor(), reads, options_of(shard_),
                {[this] {
                     current_ = false;
                     handlers_.on_start();
                 },
                 [this](const bus::message& m, std::uint64_t n) { saw(m, n); }, [this] { current(); },
                 [this](const boost::system::error_code& e) {
                     if (e == bus::errc::not_found) handlers_.on_missing();
                 }}) {
    runtime::spawn(ctx_.get_executor(), set_mark());
}

void retry_watch::saw(const bus::message& m, std::uint64_t sequence) {
    if (m.subject() == load_mark_subject(shard_)) {
        if (epoch_of_mark(m) != epoch_) return;
        // If this ownership ends before it is gone, the next one's takes its place.
        runtime::spawn(ctx_.get_executor(),
                       remove_known(bus_, std::string(events::retries_stream), 0, sequence, alive_));
        return load();
    }
    auto r = read_retry(m);
    if (!r || r->epoch == epoch_) return;
    r->entry.stored = sequence;
    handlers_.on_found({std::move(r->endpoint), r->id, std::move(r->entry)});
}

void retry_watch::current() {
    current_ = true;
    if (refused_) load();
}

void retry_watch::load() {
    if (!std::exchange(loaded_, true)) handlers_.loaded();
}

// Again until it is seen: it may be lost together with its stream.
runtime::task<> retry_watch::set_mark() {
    const std::weak_ptr<void> alive = alive_;
    runtime::backoff pause(50ms, 2s);
    while (!loaded_) {
        bus::jetstream js(bus_, deadline);
        const auto mark = co_await js.publish(load_mark_subject(shard_), {}, load_mark_headers(epoch_));
        if (alive.expired()) co_return;
        if (!mark && mark.error() == bus::errc::no_responders) handlers_.on_missing();
        refused_ = !mark && mark.error() == bus::errc::refused;
        if (refused_ && current_) load();
        co_await runtime::sleep_for(mark ? deadline : pause.next());
        if (alive.expired()) co_return;
    }
}

}  // namespace tidings::broadcaster
