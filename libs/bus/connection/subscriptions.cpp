#include "bus/connection/subscriptions.hpp"

#include <nats/nats.h>

#include <algorithm>

namespace tidings::bus {

namespace {

void subscribe(wanted_subscription& wanted, natsConnection* nc) {
    natsSubscription* s = nullptr;
    const natsStatus outcome =
        wanted.queue.empty() ? natsConnection_SubscribeSync(&s, nc, wanted.subject.c_str())
                             : natsConnection_QueueSubscribeSync(&s, nc, wanted.subject.c_str(), wanted.queue.c_str());
    // Otherwise the subject is invalid, or the link is lost: the next one tries again.
    if (outcome != NATS_OK) return;
    wanted.active.reset(s);
    natsSubscription_SetPendingLimits(s, -1, -1);
}

void dispatch_all(wanted_subscription& s, const std::function<void()>& on_status) {
    // A handler may end the subscription or the link, which resets `active`.
    while (s.active) {
        natsMsg* m = nullptr;
        const natsStatus outcome = natsSubscription_NextMsg(&m, s.active.get(), 0);
        if (outcome == NATS_OK) {
            s.on_message(message(m));
        } else if (outcome == NATS_NO_RESPONDERS) {
            on_status();
        } else {
            return;
        }
    }
}

}  // namespace

void subscription_destroyer::operator()(natsSubscription* s) const { natsSubscription_Destroy(s); }

void subscriptions::add(std::shared_ptr<wanted_subscription> s, natsConnection* nc) {
    if (nc) subscribe(*s, nc);
    all_.push_back(std::move(s));
}

void subscriptions::remove(const wanted_subscription& s) {
    const auto at = std::ranges::find(all_, &s, [](const auto& known) { return known.get(); });
    if (at == all_.end()) return;
    at->reset();
    if (!dispatching_) drop_removed();
}

void subscriptions::drop_removed() { std::erase(all_, nullptr); }

bool subscriptions::activate(natsConnection* nc) {
    for (const auto& s : all_)
        if (s) subscribe(*s, nc);
    return !natsConnection_IsClosed(nc);
}

void subscriptions::deactivate() {
    for (const auto& s : all_)
        if (s) s->active.reset();
}

void subscriptions::dispatch(const std::function<void()>& on_status) {
    // By index, and each kept alive during its call: handlers may change the list. Removed entries stay in place until
    // the end, so that none after them is skipped.
    dispatching_ = true;
    for (std::size_t i = 0; i < all_.size(); ++i)
        if (const auto s = all_[i]) dispatch_all(*s, on_status);
    dispatching_ = false;
    drop_removed();
}

}  // namespace tidings::bus
