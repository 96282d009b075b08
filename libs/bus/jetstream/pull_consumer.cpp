#include "bus/jetstream/pull_consumer.hpp"

#include "bus/jetstream/pull_state.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

pull_consumer::pull_consumer(connection& c, runtime::asio::io_context& ctx, options o,
                             std::function<void(delivery)> on_delivery, std::function<void()> on_missing)
    : state_(std::make_shared<state>(c, ctx, std::move(o), std::move(on_delivery), std::move(on_missing))) {
    state_->start();
}

pull_consumer::~pull_consumer() {
    state_->gone = true;
    state_->bus.release(state_->ack_prefix);
    state_->bus.close_inbox(state_->inbox);
    state_->pause.cancel();
    state_->sweep.cancel();
}

void pull_consumer::room(std::size_t messages) {
    state_->room = messages;
    state_->ask_soon();
}

void pull_consumer::restart() {
    state_->ledger.reset();
    state_->pauses.reset();
    state_->pause.cancel();
    state_->holding_off = false;
}

std::size_t pull_consumer::asked() const { return state_->ledger.asked(); }

bool pull_consumer::ack(std::string_view reply) { return state_->bus.publish(reply, "+ACK"); }

bool pull_consumer::nak(std::string_view reply, std::chrono::milliseconds delay) {
    if (delay <= 0ms) return state_->bus.publish(reply, "-NAK");
    const auto ns = std::chrono::nanoseconds(delay).count();
    return state_->bus.publish(reply, "-NAK {\"delay\":" + std::to_string(ns) + "}");
}

bool pull_consumer::in_progress(std::string_view reply) { return state_->bus.publish(reply, "+WPI"); }

bool pull_consumer::term(std::string_view reply) { return state_->bus.publish(reply, "+TERM"); }

}  // namespace tidings::bus
