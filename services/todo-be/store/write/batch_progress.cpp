#include "store/write/batch_progress.hpp"

#include <algorithm>
#include <utility>

#include "runtime/backoff.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr unsigned most_tries = 8;
constexpr unsigned most_rounds = 32;
constexpr auto longest_conflict_pause = 50ms;

std::exception_ptr failure_for(const pg::error& e) {
    if (e.unavailable() || is_conflict(e.sqlstate)) return std::make_exception_ptr(store_unavailable(e.what()));
    return std::make_exception_ptr(e);
}

void fail_all(std::span<queued_write* const> writes, const std::exception_ptr& why) {
    for (auto* w : writes)
        w->outcome = why;
}

}  // namespace

bool is_conflict(std::string_view sqlstate) { return sqlstate == "40P01" || sqlstate == "40001"; }

next_step after_failure(std::string_view sqlstate, std::size_t writes, unsigned tries) {
    if (is_conflict(sqlstate)) return tries < most_tries ? next_step::retry : next_step::fail;
    const bool bad_row = sqlstate.starts_with("22") || sqlstate.starts_with("23");
    return bad_row && writes > 1 ? next_step::split : next_step::fail;
}

batch_progress::batch_progress(std::vector<queued_write*> batch) {
    if (!batch.empty()) portions_.push_back({std::move(batch)});
}

void batch_progress::executed() {
    auto left = take_unsettled();
    if (left.writes.empty()) return;
    if (++left.rounds == most_rounds) {
        fail_all(left.writes, std::make_exception_ptr(store_unavailable("too many writers at one to-do")));
    } else {
        portions_.push_back(std::move(left));
    }
}

batch_progress::failure batch_progress::failed(const pg::error& why, double chance) {
    auto left = take_unsettled();
    if (left.writes.empty()) return {next_step::retry, {}};
    const auto tries = left.conflicts + 1;
    const auto step = requeue_or_fail(std::move(left), why);
    if (!is_conflict(why.sqlstate) || done()) return {step, {}};
    return {step, runtime::backoff_pause(2ms, longest_conflict_pause, tries, chance)};
}

batch_progress::portion batch_progress::take_unsettled() {
    auto p = std::move(portions_.back());
    portions_.pop_back();
    std::erase_if(p.writes, [](const queued_write* w) { return w->settled(); });
    return p;
}

next_step batch_progress::requeue_or_fail(portion p, const pg::error& why) {
    const auto step = after_failure(why.sqlstate, p.writes.size(), ++p.conflicts);
    switch (step) {
        case next_step::retry:
            portions_.push_back(std::move(p));
            break;
        case next_step::split:
            split(std::move(p));
            break;
        case next_step::fail:
            fail_all(p.writes, failure_for(why));
            break;
    }
    return step;
}

// The first half goes on top, to keep the order.
void batch_progress::split(portion p) {
    const auto middle = p.writes.begin() + static_cast<std::ptrdiff_t>(p.writes.size() / 2);
    portions_.push_back({std::vector<queued_write*>(middle, p.writes.end())});
    portions_.push_back({std::vector<queued_write*>(p.writes.begin(), middle)});
}

}  // namespace tidings::todo_be
