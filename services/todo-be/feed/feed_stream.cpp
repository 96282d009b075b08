#include "feed/feed_stream.hpp"

#include <algorithm>
#include <utility>

#include "domain/todo_store.hpp"
#include "feed/event_feed.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// What is taken at once, of the window or of the log: a stream holds no more than that by itself.
constexpr std::size_t piece_bytes = 64 * std::size_t{1024};
constexpr std::int64_t page_events = 200;
constexpr auto outage_pause = 500ms;

}  // namespace

feed_stream::feed_stream(event_feed& feed, const request_access& by)
    : feed_(&feed),
      by_(owner_of(by)),
      token_(ids::uuid::parse(by.token)),
      member_(membership_of(by)),
      until_(by.until),
      wake_(feed.ctx_.get_executor()) {
    feed.joined(*this);
}

feed_stream::~feed_stream() {
    if (feed_ == nullptr) return;
    if (!over_ && too_slow()) finish(end::slow);
    feed_->left(*this);
}

void feed_stream::finish(end why) {
    if (why == end::slow) feed_->report_.on_slow();
    over_ = true;
    why_ = why;
}

void feed_stream::leave() {
    if (!over_) finish(end::left);
    wake_.notify();
}

bool feed_stream::too_slow() const {
    if (!caught_up_ || !feed_->reading_ || position_ > feed_->window_.end()) return false;
    return position_ < feed_->window_.begin() || feed_->window_.bytes_behind(position_) > feed_->options_.stream_bytes;
}

feed_stream::place feed_stream::find_place() {
    const auto& window = feed_->window_;
    if (!feed_->reading_ || position_ > window.end()) return place::beyond;
    if (position_ < window.begin()) return place::before_window;
    position_ = window.without_others(position_, by_);
    if (position_ < window.end()) return place::behind;
    caught_up_ = true;
    return place::at_end;
}

runtime::task<feed_stream::news> feed_stream::wait(runtime::duration limit) {
    const auto until = runtime::now() + limit;
    while (!over_) {
        if (feed_->closed_) finish(end::stopping);
        if (!over_ && too_slow()) finish(end::slow);
        if (over_) break;
        if (has_past()) co_return news::events;
        const auto where = find_place();
        if (where == place::behind) co_return news::events;
        if (where == place::before_window) {
            if (runtime::now() >= until) co_return news::nothing;
            co_await read_past();
        } else if (!co_await wake_.wait(std::max(until - runtime::now(), runtime::duration::zero()))) {
            co_return news::nothing;
        }
    }
    co_return news::ended;
}

runtime::task<> feed_stream::read_past() {
    const auto begin = feed_->window_.begin();
    try {
        auto page = co_await feed_->read(by_, {position_, page_events, static_cast<std::int64_t>(piece_bytes)});
        if (!page) co_return finish(end::gone);
        // Everything up to the window's begin is settled: where nothing is, nothing comes.
        if (page->entries.empty() && !page->more) position_ = std::max({position_, begin, page->next});
        past_.clear();
        past_taken_ = 0;
        for (const auto& e : page->entries)
            past_.push_back(frames_of(e));
        co_return;
    } catch (const store_unavailable& e) {
        log::debug("a stream waits for the log", {{"error", e.what()}});
    }
    co_await wake_.wait(outage_pause);
}

shared_bytes feed_stream::take_events() {
    if (has_past()) {
        auto all = joined(past_);
        position_ = past_.back().seq;
        feed_->report_.on_sent(past_.size());
        past_.clear();
        return all;
    }
    const auto& piece = feed_->window_.take(position_, piece_bytes, by_);
    position_ = piece.last;
    feed_->report_.on_sent(piece.events);
    return piece.bytes;
}

shared_bytes feed_stream::take_message() {
    feed_->report_.on_sent(1);
    if (has_past()) {
        auto& e = past_[past_taken_++];
        position_ = e.seq;
        return std::move(e.message);
    }
    const auto* const e = feed_->window_.next(position_);
    position_ = e->seq;
    return e->message;
}

}  // namespace tidings::todo_be
