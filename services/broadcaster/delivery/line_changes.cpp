// An endpoint's line when the endpoint's settings change while it is at work, and when it lets go what is in hand.
#include <utility>

#include "delivery/endpoint_line.hpp"

namespace tidings::broadcaster {

std::unique_ptr<courier> endpoint_line::courier_for(const endpoint_ptr& e) {
    auto fresh = std::make_unique<courier>(links_, e);
    fresh->on_done = [this](parcel& p, const decision& d) { attempted(p, d); };
    return fresh;
}

void endpoint_line::change(endpoint_ptr e) {
    auto fresh = courier_for(e);
    if (e->url == target_->url && e->enabled == target_->enabled) fresh->inherit(*courier_);
    courier_->replaced();
    if (courier_->under_way() > 0) replaced_.push_back(std::move(courier_));
    courier_ = std::move(fresh);
    target_ = std::move(e);
    const bool healthy = state() == endpoint_state::healthy;
    if (healthy && !was_healthy_) retries_.hasten();
    was_healthy_ = healthy;
    pump();
    owner_.changed(*this);
}

void endpoint_line::resume() {
    courier_->resume();
    retries_.hasten();
    was_healthy_ = state() == endpoint_state::healthy;
    pump();
    owner_.changed(*this);
}

// What is in hand begins again, in the order that the endpoint has now.
void endpoint_line::reorder() {
    order_ = target_->order;
    retries_.forget_kept();
    lanes_ = {};
    in_hand_.for_each([this](parcel& p) {
        p.key = lane_of(*p.what, order_);
        lanes_.add(p.number, p.key);
    });
}

bool endpoint_line::let_go() {
    if (busy() || (!in_hand_.empty() && in_hand_.oldest().number <= of_ended_stream_)) return false;
    retries_.forget_kept();
    if (!in_hand_.empty()) {
        const auto& first = in_hand_.oldest();
        probed_.emplace(retry_id{first.what->incarnation, first.what->sequence}, first.attempt);
    }
    in_hand_.for_each([this](const parcel& p) { retries_.let_go({p.what->incarnation, p.what->sequence}); });
    in_hand_.clear();
    lanes_ = {};
    bytes_ = 0;
    retries_.put_all_back();
    return true;
}

}  // namespace tidings::broadcaster
