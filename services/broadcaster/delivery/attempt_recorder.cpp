#include "delivery/attempt_recorder.hpp"

#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "text/decimal.hpp"
#include "text/json_string.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch_records = 100;
constexpr auto batch_age = 5ms;
constexpr auto resend_pause = 1s;
constexpr std::size_t failed_limit = 200;  // batches: 20,000 records

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
                                   std::function<void(std::size_t)> on_drop)
    : subject_(std::move(subject)),
      on_drop_(std::move(on_drop)),
      replica_(ids::uuid::v7().str()),
      timer_(ctx),
      publisher_(ctx, c) {}

void attempt_recorder::record(const attempt_record& r) {
    append_line(open_.lines, r);
    if (++open_.records >= batch_records) {
        seal();
    } else {
        arm(batch_age);
    }
}

void attempt_recorder::arm(std::chrono::milliseconds after) {
    if (armed_) return;
    armed_ = true;
    timer_.expires_after(after);
    timer_.async_wait([this](const boost::system::error_code& stopped) {
        if (stopped) return;
        armed_ = false;
        seal();
        const auto now = std::chrono::steady_clock::now();
        if (now >= resend_at_) resend();
        if (!failed_.empty()) arm(std::chrono::ceil<std::chrono::milliseconds>(resend_at_ - now));
    });
}

void attempt_recorder::seal() {
    if (open_.records == 0) return;
    auto full = std::make_shared<batch>(std::move(open_));
    open_ = {};
    open_.lines.reserve(full->lines.size());
    full->id = replica_ + '-' + std::to_string(++sealed_);
    send(full);
}

void attempt_recorder::send(const std::shared_ptr<batch>& b) {
    const bus::headers h{{"Nats-Msg-Id", b->id}};
    publisher_.publish(subject_, h, b->lines, [this, b](const bus::publish_ack& ack) {
        if (!ack.failure) return;
        if (failed_.size() == failed_limit) {
            on_drop_(failed_.front()->records);
            failed_.pop_front();
        }
        if (failed_.empty()) resend_at_ = std::chrono::steady_clock::now() + resend_pause;
        failed_.push_back(b);
        arm(resend_pause);
    });
}

void attempt_recorder::resend() {
    auto again = std::move(failed_);
    failed_.clear();
    for (auto& b : again)
        send(b);
}

runtime::task<> attempt_recorder::flush(std::chrono::milliseconds limit) {
    seal();
    resend();
    const auto until = std::chrono::steady_clock::now() + limit;
    while (publisher_.in_flight() > 0 && std::chrono::steady_clock::now() < until)
        co_await runtime::sleep_for(2ms);
}

}  // namespace tidings::broadcaster
