#include "journal/dead_letters.hpp"

#include <utility>

#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

struct dead_letters::burial {
    burial(runtime::asio::io_context& ctx, given_up what, std::weak_ptr<void> alive, std::function<void()> then)
        : g(std::move(what)), in_hand(std::move(alive)), stored(std::move(then)), pause(ctx) {}

    given_up g;
    std::weak_ptr<void> in_hand;
    std::function<void()> stored;
    letter_parts parts;
    runtime::steady_timer pause;
    runtime::backoff again{250ms, 5s};
};

dead_letters::dead_letters(runtime::asio::io_context& ctx, bus::connection& c, observe::metrics& m,
                           std::function<void()> on_missing)
    : ctx_(ctx),
      bus_(c),
      on_missing_(std::move(on_missing)),
      waiting_gauge_(m.gauge("broadcaster_dead_letters_waiting",
                             "Dead letters held because their stream has not accepted them yet.")),
      publisher_(ctx, c) {
    waiting_gauge_.set(0);
}

void dead_letters::bury(given_up g, std::weak_ptr<void> in_hand, std::function<void()> stored) {
    const auto b = std::make_shared<burial>(ctx_, std::move(g), std::move(in_hand), std::move(stored));
    b->parts = parts_that_fit(b->g, bus_.max_payload());
    write(b);
}

void dead_letters::write(const std::shared_ptr<burial>& b) {
    const auto l = write_letter(b->g, b->parts);
    publisher_.publish(std::string(events::dead_letters_subject) + '.' + b->g.endpoint_name, l.headers, l.body,
                       [this, b](const bus::publish_ack& ack) { b->in_hand.expired() ? done(*b) : answered(b, ack); });
}

void dead_letters::answered(const std::shared_ptr<burial>& b, const bus::publish_ack& ack) {
    if (!ack.failure) {
        done(*b);
        return b->stored();
    }
    const auto reason = bus_.why(ack.failure);
    const bool too_large = ack.failure == make_error_code(bus::errc::too_large);
    if (too_large && b->parts != letter_parts{false, false}) return write_smaller(b, reason);
    if (ack.failure == make_error_code(bus::errc::no_responders)) ask_for_stream();
    wait(b, reason);
}

void dead_letters::ask_for_stream() {
    const auto now = std::chrono::steady_clock::now();
    if (now < ask_again_) return;
    ask_again_ = now + 1s;
    on_missing_();
}

void dead_letters::write_smaller(const std::shared_ptr<burial>& b, const std::string& reason) {
    log::warn("dead letter rejected, retrying without the event's body and headers",
              {{"endpoint", b->g.endpoint_name}, {"event_id", b->g.event_id}, {"error", reason}});
    b->parts = {false, false};
    write(b);
}

void dead_letters::wait(const std::shared_ptr<burial>& b, const std::string& reason) {
    const auto now = std::chrono::steady_clock::now();
    if (b->again.failures() == 0) waiting_gauge_.set(++waiting_);
    reason_ = reason;
    if (outage_.failed(now, reason)) {
        log::warn(
            "dead letter not stored yet, retrying; the webhook is not sent again",
            {{"endpoint", b->g.endpoint_name}, {"event_id", b->g.event_id}, {"waiting", waiting_}, {"error", reason}});
    }
    b->pause.expires_after(b->again.next());
    b->pause.async_wait([this, b](const boost::system::error_code& stopped) {
        if (stopped) return;
        b->in_hand.expired() ? done(*b) : write(b);
    });
}

void dead_letters::done(const burial& b) {
    if (b.again.failures() == 0) return;
    waiting_gauge_.set(--waiting_);
    if (waiting_ == 0 && outage_.ended()) log::info("all dead letters are stored");
}

observe::check_result dead_letters::waiting() const {
    if (waiting_ == 0) return {};
    return {false, std::to_string(waiting_) + " waiting for their stream: " + reason_};
}

}  // namespace tidings::broadcaster
