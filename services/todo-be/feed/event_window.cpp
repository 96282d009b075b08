#include "feed/event_window.hpp"

#include <algorithm>
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

const event_frames* event_window::next(std::int64_t position) const {
    const auto found = after(position);
    return found == events_.end() ? nullptr : &found->frames;
}

const event_window::piece& event_window::take(std::int64_t position, std::size_t most) {
    if (taken_from_ == position && taken_until_ == end_) return taken_;
    std::vector<event_frames> chosen;
    std::size_t bytes = 0;
    for (auto next = after(position); next != events_.end() && bytes < most; ++next) {
        bytes += next->frames.sent_event->size();
        chosen.push_back(next->frames);
    }
    taken_from_ = position;
    taken_until_ = end_;
    taken_ = {joined(chosen), chosen.size(), chosen.back().seq};
    return taken_;
}

}  // namespace tidings::todo_be
