#include "feed/log_horizon.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tidings::todo_be {

namespace {

std::vector<std::string> still_there(const std::vector<std::string>& before, const std::vector<std::string>& now) {
    std::vector<std::string> both;
    std::set_intersection(before.begin(), before.end(), now.begin(), now.end(), std::back_inserter(both));
    return both;
}

}  // namespace

void log_horizon::looked(const ticket& asked, std::int64_t last_drawn, std::vector<std::string> writers) {
    const bool other_server = waiting_ && asked.waiting == waiting_id_ && last_drawn < waiting_->last_drawn;
    if (last_drawn < asked.settled || other_server) {
        settled_ = 0;
        waiting_.reset();
    }
    // A look that was asked for before the waiting one was answered may be the older one: it says nothing of its
    // writers.
    if (waiting_ && asked.waiting == waiting_id_) {
        waiting_->writers = still_there(waiting_->writers, writers);
        if (waiting_->writers.empty()) {
            settled_ = std::max(settled_, waiting_->last_drawn);
            waiting_.reset();
        }
    }
    if (writers.empty()) {
        settled_ = std::max(settled_, last_drawn);
    } else if (!waiting_) {
        waiting_ = look{last_drawn, std::move(writers)};
        ++waiting_id_;
    }
}

std::size_t log_horizon::count_ready(std::span<const std::int64_t> seqs, std::int64_t after, std::int64_t settled) {
    std::size_t ready = 0;
    for (const auto seq : seqs) {
        if (seq != after + 1 && seq - 1 > settled) break;
        after = seq;
        ++ready;
    }
    return ready;
}

}  // namespace tidings::todo_be
