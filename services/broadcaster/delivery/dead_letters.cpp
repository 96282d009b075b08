#include "delivery/dead_letters.hpp"

#include <utility>

#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

struct dead_letters::burial {
    burial(runtime::asio::io_context& ctx, const parcel& in, std::string name, std::weak_ptr<void> alive,
           std::function<void()> then)
        : p(in), endpoint_name(std::move(name)), in_hand(std::move(alive)), stored(std::move(then)), pause(ctx) {}

    const parcel& p;
    std::string endpoint_name;
    std::weak_ptr<void> in_hand;
    std::function<void()> stored;
    letter_parts parts;
    runtime::steady_timer pause;
    runtime::backoff again{500ms, 5s};
};

void dead_letters::bury(const parcel& p, const std::string& endpoint_name, std::weak_ptr<void> in_hand,
                        std::function<void()> stored) {
    const auto b = std::make_shared<burial>(ctx_, p, endpoint_name, std::move(in_hand), std::move(stored));
    b->parts = parts_that_fit(p, p.source.msg.all_headers(), p.source.msg.subject(), endpoint_name, bus_.max_payload());
    write(b);
}

void dead_letters::write(const std::shared_ptr<burial>& b) {
    const auto& m = b->p.source.msg;
    const auto l = write_letter(b->p, m.all_headers(), m.subject(), b->endpoint_name, b->parts);
    publisher_.publish(std::string(events::dead_letters_subject) + '.' + b->endpoint_name, l.headers, l.body,
                       [this, b](const bus::publish_ack& ack) {
                           if (!b->in_hand.expired()) answered(b, ack);
                       });
}

void dead_letters::answered(const std::shared_ptr<burial>& b, const bus::publish_ack& ack) {
    if (!ack.failure) return b->stored();
    const bool smaller = ack.failure == make_error_code(bus::errc::too_large) && b->parts != letter_parts{false, false};
    if (smaller || b->again.failures() % 10 == 0) {
        log::warn(smaller ? "dead letter refused: written again without the event's body and headers"
                          : "dead letter not written yet; trying again",
                  {{"endpoint", b->endpoint_name},
                   {"event_id", b->p.event_id},
                   {"error", ack.failure.message()},
                   {"reason", bus_.last_error()}});
    }
    if (smaller) {
        b->parts = {false, false};
        return write(b);
    }
    b->pause.expires_after(b->again.next());
    b->pause.async_wait([this, b](const boost::system::error_code& stopped) {
        if (!stopped && !b->in_hand.expired()) write(b);
    });
}

}  // namespace tidings::broadcaster
