#include "feed/event_window.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tidings::todo_be {

void event_window::start(std::int64_t position) {
    events_.clear();
    begin_ = end_ = position;
    dropped_ = came_;
    taken_from_ = -1;
}

void event_window::add(event_frames e) {
    came_ += e.sent_event->size();
    end_ = e.seq;
    events_.push_back({std::move(e), came_});
    while (events_.size() > 1 && came_ - dropped_ > most_bytes_) {
        dropped_ = events_.front().behind;
        begin_ = events_.front().frames.seq;
        events_.pop_front();
    }
}

std::deque<event_window::held>::const_iterator event_window::after(std::int64_t position) const {
    if (position >= end_) return events_.end();
    return std::upper_bound(events_.begin(), events_.end(), position,
                            [](std::int64_t p, const held& h) { return p < h.frames.seq; });
}

std::size_t event_window::bytes_behind(std::int64_t position) const {
    const auto next = after(position);
    return next == events_.end() ? 0 : came_ - (next->behind - next->frames.sent_event->size());
}

std::int64_t event_window::without_others(std::int64_t position, user_id owner) const {
    const auto begin = after(position);
    const auto next = std::find_if(begin, events_.end(), [&](const held& h) { return h.frames.owner == owner; });
    if (next == begin) return position;
    return next == events_.end() ? end_ : std::prev(next)->frames.seq;
}

const event_frames* event_window::next(std::int64_t position) const {
    const auto found = after(position);
    return found == events_.end() ? nullptr : &found->frames;
}

const event_window::piece& event_window::take(std::int64_t position, std::size_t most, user_id owner) {
    if (taken_from_ == position && taken_until_ == end_ && taken_for_ == owner) return taken_;
    std::vector<event_frames> chosen;
    std::size_t bytes = 0;
    for (auto next = after(position); next != events_.end() && bytes < most; ++next) {
        if (next->frames.owner != owner) continue;
        bytes += next->frames.sent_event->size();
        chosen.push_back(next->frames);
    }
    taken_from_ = position;
    taken_until_ = end_;
    taken_for_ = owner;
    taken_ = {joined(chosen), chosen.size(), chosen.back().seq};
    return taken_;
}

}  // namespace tidings::todo_be
