#include "journal/attempt_recorder.hpp"

#include <utility>

#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "observe/log.hpp"
#include "text/decimal.hpp"
#include "text/json_string.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto batch_age = 5ms;

sending meaning(const boost::system::error_code& failure) {
    if (!failure) return sending::stored;
    if (failure == make_error_code(bus::errc::too_large)) return sending::too_large;
    const bool unanswered =
        failure == make_error_code(bus::errc::timeout) || failure == make_error_code(bus::errc::disconnected);
    return unanswered ? sending::lost : sending::refused;
}

void append_line(std::string& out, const attempt_record& r) {
    out.append(R"({"time":")");
    ids::append_to(out, ids::now());
    out.append(R"(","endpoint":")").append(r.endpoint).append(R"(","event_id":)");
    text::append_json_string(out, r.event_id);
    out.append(R"(,"attempt":)");
    text::append_number(out, r.attempt);
    out.append(R"(,"status":)");
    text::append_number(out, r.status);
    out.append(R"(,"outcome":")").append(r.outcome);
    out.append(R"(","duration_us":)");
    text::append_number(out, std::chrono::duration_cast<std::chrono::microseconds>(r.took).count());
    if (!r.reason.empty()) text::append_json_string(out.append(R"(,"reason":)"), r.reason);
    out.append("}\n");
}

}  // namespace

attempt_recorder::attempt_recorder(runtime::asio::io_context& ctx, bus::connection& c, std::string subject,
                                   std::function<void(std::size_t)> on_drop, std::function<void()> on_missing)
    : bus_(c),
      subject_(std::move(subject)),
      on_drop_(std::move(on_drop)),
      on_missing_(std::move(on_missing)),
      replica_(ids::uuid::v7().str()),
      timer_(ctx),
      publisher_(ctx, c) {}

void attempt_recorder::record(const attempt_record& r) {
    line_.clear();
    append_line(line_, r);
    dropped(queue_.add(line_));
    if (queue_.troubled()) return;  // the timer runs
    if (queue_.full()) return send();
    if (!armed_) arm(std::chrono::steady_clock::now() + batch_age);
}

void attempt_recorder::arm(runtime::time_point when) {
    if (armed_) return;
    armed_ = true;
    timer_.expires_at(when);
    timer_.async_wait([this](const boost::system::error_code& stopped) {
        if (stopped) return;
        armed_ = false;
        send();
        const auto again = queue_.retry_at();
        if (again && *again > std::chrono::steady_clock::now()) arm(*again);
    });
}

void attempt_recorder::send() {
    while (const auto next = queue_.take(std::chrono::steady_clock::now())) {
        const bus::headers h{{"Nats-Msg-Id", replica_ + '-' + std::to_string(next->batch.id)}};
        publisher_.publish(subject_, h, next->batch.lines,
                           [this, n = next->number](const bus::publish_ack& ack) { answered(n, ack); });
    }
}

void attempt_recorder::answered(std::uint64_t number, const bus::publish_ack& ack) {
    const auto now = std::chrono::steady_clock::now();
    const bool was_troubled = queue_.troubled();
    dropped(queue_.answered(number, meaning(ack.failure), now));
    if (!was_troubled && ack.failure == make_error_code(bus::errc::no_responders)) on_missing_();
    if (const auto when = queue_.retry_at()) return arm(*when);
    if (was_troubled && lost_ > 0)
        log::info("attempt records are being stored again", {{"lost", std::exchange(lost_, 0)}});
    if (was_troubled || queue_.full() || !armed_) send();
}

void attempt_recorder::dropped(std::size_t records) {
    if (records == 0) return;
    on_drop_(records);
    if (lost_ == 0)
        log::warn("attempt records dropped, oldest first: NATS has not accepted them for too long",
                  {{"waiting", queue_.records()}, {"subject", subject_}, {"reason", bus_.last_error()}});
    lost_ += records;
}

runtime::task<> attempt_recorder::flush(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    queue_.hurry();
    send();
    while (!queue_.empty() && std::chrono::steady_clock::now() < until) {
        co_await runtime::sleep_for(2ms);
        if (!queue_.troubled()) send();
    }
}

}  // namespace tidings::broadcaster
