#include "delivery/attempt_slots.hpp"

#include <sys/resource.h>

#include <utility>

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_attempts = 4'096;

std::size_t most_of_this_process() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return most_attempts;
    // The soft limit is raised to the hard one.
    return std::min<std::size_t>(most_attempts, files.rlim_max / 2);
}

}  // namespace

void attempt_slots::adapt(double load, time_point now) {
    if (load > 0.9) now_ = std::max(std::min(enough, most_), now_ - now_ / 4);
    if (load < 0.8) now_ = std::min(most_, 2 * now_);
    if (limited()) limited_until_ = now;
    if (answers_ == 0) return;
    usual_answer_ += (std::exchange(answers_took_, {}) / std::exchange(answers_, 0) - usual_answer_) / 4;
}

attempt_slots::attempt_slots() : attempt_slots(most_of_this_process()) {}

}  // namespace tidings::broadcaster
