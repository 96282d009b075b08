#include "journal/record_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tidings::broadcaster {

namespace {

// Numbers leave room for the halves of a batch that has to be split.
constexpr std::uint64_t number_step = std::uint64_t(1) << 20;

bool fit_together(const record_batch& a, const record_batch& b) {
    return !a.perhaps_stored && !b.perhaps_stored && a.records + b.records <= record_queue::batch_records &&
           a.lines.size() + b.lines.size() <= record_queue::batch_bytes;
}

}  // namespace

std::size_t record_queue::add(std::string_view line) {
    if (!still_open(line.size())) waiting_.emplace(numbers_ += number_step, record_batch{++ids_, {}, 0, false});
    auto& open = waiting_.rbegin()->second;
    open.lines.append(line);
    ++open.records;
    ++records_;
    bytes_ += line.size();
    return keep_limits();
}

bool record_queue::still_open(std::size_t line) const {
    if (waiting_.empty() || waiting_.rbegin()->first != numbers_) return false;
    const auto& b = waiting_.rbegin()->second;
    return !b.perhaps_stored && b.records < batch_records && b.lines.size() + line <= batch_bytes;
}

std::optional<record_queue::next_batch> record_queue::take(time_point now) {
    const std::size_t window = retry_at_ ? 1 : most_under_way;
    if (waiting_.empty() || under_way_.size() >= window || (retry_at_ && now < *retry_at_)) return std::nullopt;
    const auto moved = under_way_.insert(waiting_.extract(waiting_.begin())).position;
    return next_batch{moved->first, moved->second};
}

std::size_t record_queue::answered(std::uint64_t number, sending how, time_point now) {
    auto sent = under_way_.extract(number);
    if (sent.empty()) return 0;
    auto& b = sent.mapped();
    if (how == sending::stored || (how == sending::too_large && b.records == 1)) {
        records_ -= b.records;
        bytes_ -= b.lines.size();
        if (how == sending::too_large) return b.records;
        retry_at_.reset();
        return 0;
    }
    if (how == sending::too_large) {
        split(number, b);
        return 0;
    }
    retry_at_ = now + retry_pause;
    b.perhaps_stored |= how == sending::lost;
    if (!b.perhaps_stored) b.id = ++ids_;  // it may grow
    put_back(number, std::move(b));
    return keep_limits();
}

std::size_t record_queue::let_go(batches::iterator b) {
    const auto lost = b->second.records;
    records_ -= lost;
    bytes_ -= b->second.lines.size();
    waiting_.erase(b);
    return lost;
}

// What is under way cannot be called back; it is little (most_under_way).
std::size_t record_queue::keep_limits() {
    std::size_t lost = 0;
    while (waiting_.size() > 1 && (records_ > limits_.most_records || bytes_ > limits_.most_bytes))
        lost += let_go(waiting_.begin());
    return lost;
}

void record_queue::put_back(std::uint64_t number, record_batch b) {
    auto at = waiting_.emplace(number, std::move(b)).first;
    if (at != waiting_.begin() && join(std::prev(at), at)) at = waiting_.find(number);
    if (at == waiting_.end()) return;
    if (const auto newer = std::next(at); newer != waiting_.end()) join(at, newer);
}

// The newer one takes both in: it may be the one that still grows.
bool record_queue::join(batches::iterator older, batches::iterator newer) {
    if (!fit_together(older->second, newer->second)) return false;
    newer->second.lines.insert(0, older->second.lines);
    newer->second.records += older->second.records;
    waiting_.erase(older);
    return true;
}

void record_queue::split(std::uint64_t number, const record_batch& b) {
    std::size_t cut = 0;
    const auto first = b.records / 2;
    for (std::size_t i = 0; i < first; ++i)
        cut = b.lines.find('\n', cut) + 1;
    record_batch half{++ids_, b.lines.substr(0, cut), first, true};
    record_batch rest{++ids_, b.lines.substr(cut), b.records - first, true};
    // perhaps_stored keeps them apart: joined they would be too large again.
    waiting_.emplace(number - (number - number_before(number)) / 2, std::move(half));
    waiting_.emplace(number, std::move(rest));
}

std::uint64_t record_queue::number_before(std::uint64_t number) const {
    auto before = number - number_step;
    for (const auto* all : {&waiting_, &under_way_}) {
        const auto at = all->lower_bound(number);
        if (at != all->begin()) before = std::max(before, std::prev(at)->first);
    }
    return before;
}

}  // namespace tidings::broadcaster
