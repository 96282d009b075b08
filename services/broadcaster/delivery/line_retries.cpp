// An endpoint's messages on their way to WEBHOOK_RETRIES, and those that found no room there.
#include <utility>

#include "delivery/endpoint_line.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

// One that comes late is of a message that waits, is in hand (then it goes with it), may still be read, or is settled.
void endpoint_line::found(retry_id id, retry_queue::entry e, bool loading) {
    const bool unread = owner_.to_be_read(*this, id);
    bool held = false;
    in_hand_.for_each([&](const parcel& p) {
        held = held || (retry_id{p.what->incarnation, p.what->sequence} == id &&
                        retry_queue::is_same(endpoint_retries::time_of(*p.what), e.event_ns));
    });
    if (!loading && id.incarnation != replay_incarnation && !unread && !held && !retries_.contains(id)) {
        log::info("a message was stored for its retry when it was settled already: removed",
                  {{"endpoint", target().name}, {"stream_sequence", id.sequence}});
        return retries_.remove(e.stored);
    }
    retries_.found(id, std::move(e), held, loading);
    arm(runtime::now());
}

// Into WEBHOOK_RETRIES; where that is not meant to be, or has no room, it waits here.
void endpoint_line::move_away(parcel& p, std::chrono::milliseconds delay, bool unreachable) {
    const bool waits_here = !p.retry && (!retries_.used() || retries_.tries_another(p));
    if (waits_here) return lanes_.put_back(p.number, runtime::now() + delay);
    if (!p.retry) lanes_.finish(p.number, p.key);
    store(p, endpoint_retries::wall_clock() + delay, unreachable);
}

void endpoint_line::store(parcel& p, endpoint_retries::wall_time due, bool unreachable) {
    p.busy = true;
    ++writing_;
    retries_.store(p, due, unreachable, [this, &p](bool stored) {
        --writing_;
        if (p.retry) {
            retries_.drop(p);
        } else if (stored) {
            leave_hand(p);
        } else {
            p.busy = false;
        }
        pump();
        owner_.changed(*this);
    });
}

void endpoint_line::tidy() {
    const bool ended = std::erase_if(replaced_, [](const auto& c) { return c->under_way() == 0; }) > 0;
    if (auto* const p = retries_.to_store(runtime::now())) store(*p, retries_.due(*p), retries_.unreachable(*p));
    if (ended) pump();
}

// While the endpoint is paused it is tried with any of them.
void endpoint_line::take_back_kept() {
    for (auto* const p : retries_.forget_kept())
        lanes_.add(p->number, p->key);
}

}  // namespace tidings::broadcaster
