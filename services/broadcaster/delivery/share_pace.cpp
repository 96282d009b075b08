// Who keeps up with the reader that a share rides on, and who does not.
#include <algorithm>
#include <utility>

#include "delivery/stream_share.hpp"
#include "domain/usual_age.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto rests_for = 25ms;              // until an endpoint counts as one that waits for others
constexpr double fast = 5'000;                // events a second
constexpr auto held_back_for = 250ms;         // longer than others: an endpoint no longer holds the shard's position
constexpr auto held_back_pressed_for = 50ms;  // the same, while others can do nothing before it moves
constexpr auto most_allowed = 1s;             // longer, where all are slow
constexpr auto most_allowed_to_busy = 10s;    // the same, for who delivers something all the time

}  // namespace

// Who follows is told of its events by the shared reader: one that has room for some, or is probed with the next, would
// else never hear of one.
void stream_share::look_who_waits() {
    wanted_from_ = nobody;
    for (const auto& r : riders_) {
        if (!r) continue;
        const auto& p = progress_.of(r->number);
        if (p.rides() || (p.follows() && r->line.room() > 0)) reader_goes_on_for(r->number);
        if (wanted_from_ <= head()) return;
    }
}

bool stream_share::others_wait() const {
    const auto now = runtime::now();
    return std::ranges::any_of(riders_, [&](const auto& r) {
        return r && r->line.idle() && progress_.of(r->number).rides() && !restless_.contains(r->number) &&
               now - r->rests_since >= rests_for;
    });
}

// Not with one that takes them nearly as fast as they are read: the others wait for it less than it costs all to read
// the stream twice.
void stream_share::part_with_the_full() {
    const auto takes_them_fast = [this](const rider& r) {
        const auto holds_them_for = std::chrono::duration<double>(age_of(r)).count();
        return r.pace.a_second() >= fast || holds_them_for * fast < static_cast<double>(r.line.in_hand());
    };
    for (const auto n : restless_) {
        const auto& r = *riders_[n];
        if (progress_.of(n).rides() && full(r) && !takes_them_fast(r) && !r.line.waits_for_its_turn())
            progress_.leave(n);
    }
}

// While this process stood still, nobody could answer: all would be late, and read the stream again.
void stream_share::look_at_ages() {
    ages_.clear();
    const auto now = runtime::now();
    const auto since = now - std::exchange(looked_at_, now);
    for (const auto n : restless_) {
        auto& r = *riders_[n];
        r.pace.tick(since);
        if (progress_.of(n).rides()) ages_.push_back(age_of(r));
    }
    usual_age_ = usual_age(ages_);
}

runtime::duration stream_share::age_of(const rider& r) const {
    const auto since = std::max(r.line.waits_since(), links_.awake.awake_since());
    return std::max(runtime::now() - since, runtime::duration{});
}

// Beside others: under a backlog, or where all are slow to answer, as on a host that is busy, none is late.
bool stream_share::late(const rider& r) const {
    const auto [times, most] = r.pace.at_it() ? std::pair{2, most_allowed_to_busy} : std::pair{1, most_allowed};
    const auto usual = std::max(times * usual_age_, 2 * links_.line.attempts.usual_answer());
    return age_of(r) >= held_back_for + std::min<runtime::duration>(usual, most);
}

bool stream_share::holds_back(const rider& r) const {
    const auto usual = std::max(4 * usual_age_, 2 * links_.line.attempts.usual_answer());
    const auto pressed_for = held_back_pressed_for + std::min<runtime::duration>(usual, held_back_for);
    return late(r) || (pressed_ && age_of(r) >= pressed_for);
}

bool stream_share::keeps_up(const rider& r) const {
    return r.line.state() == endpoint_state::healthy && room_of(r) > 0 && !late(r);
}

}  // namespace tidings::broadcaster
