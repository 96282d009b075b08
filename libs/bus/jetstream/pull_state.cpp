#include "bus/jetstream/pull_state.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <charconv>

#include "bus/jetstream/ack_subject.hpp"
#include "bus/jetstream/jetstream_api.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

// Within this a server's status for an expired request is certainly here.
constexpr auto status_grace = 2s;

template <class Number>
Number read_number(std::string_view text) {
    Number n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

// A pull request to a consumer that does not exist meets silence (the server's API takes the subject): what has not
// shown itself is asked about, with this number in the reply subject.
constexpr std::string_view check_suffix = "-0";

std::string number_text(std::uint64_t n) {
    char digits[20];
    return {digits, std::to_chars(digits, digits + sizeof digits, n).ptr};
}

}  // namespace

void pull_consumer::state::start() {
    const std::weak_ptr<state> weak = weak_from_this();
    const std::string place = opts.stream + "." + opts.durable;
    ack_prefix = "$JS.ACK." + place + ".";
    request_subject = "$JS.API.CONSUMER.MSG.NEXT." + place;
    bus.claim(ack_prefix, [weak](message m) {
        if (const auto self = weak.lock()) self->got_message(std::move(m));
    });
    inbox = bus.open_inbox([weak](message& m) {
        if (const auto self = weak.lock()) self->got_status(m);
        return true;
    });
    // The server forgets the requests of a connection that ends.
    const auto start_over = [weak] {
        const auto self = weak.lock();
        if (!self) return;
        self->ledger.reset();
        self->unsure = true;
        self->ask_soon();
    };
    bus.on_disconnected(weak, start_over);
    bus.on_connected(weak, start_over);
}

bool pull_consumer::state::wants_more() const {
    if (gone || holding_off || room <= ledger.asked()) return false;
    return ledger.idle() || (room - ledger.asked()) * 2 >= opts.batch;
}

void pull_consumer::state::ask_soon() {
    // Later in this turn of the loop: what several finished deliveries make room for is asked for at once.
    if (asking || !wants_more()) return;
    asking = true;
    runtime::asio::post(ctx, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->asking = false;
        self->ask_now();
    });
}

void pull_consumer::state::ask_now() {
    if (unsure && wants_more()) check();
    while (wants_more()) {
        if (!ask(std::min(room - ledger.asked(), opts.batch))) return;
    }
}

bool pull_consumer::state::ask(std::size_t batch) {
    const auto now = std::chrono::steady_clock::now();
    const auto ns = std::chrono::nanoseconds(opts.expires).count();
    const std::string body =
        "{\"batch\":" + number_text(batch) + ",\"expires\":" + number_text(static_cast<std::uint64_t>(ns)) + "}";
    const auto number = ledger.open(batch, now + opts.expires + status_grace);
    if (bus.ask(request_subject, inbox + "-" + number_text(number), {}, body)) {
        ledger.reset();  // disconnected: all is lost, and asked for again on the next connection
        return false;
    }
    if (!sweeping) sweep_later();
    return true;
}

void pull_consumer::state::got_message(message m) {
    ledger.arrived();
    if (room > 0) --room;
    pauses.reset();
    unsure = false;
    const auto ack = parse_ack_subject(m.reply());
    if (!ack || gone) return;
    on_delivery(
        {std::move(m), ack->stream_sequence, ack->consumer_sequence, ack->delivered, ack->stored_ns, ack->pending});
}

void pull_consumer::state::got_status(const message& m) {
    if (gone) return;
    if (m.subject().ends_with(check_suffix)) return checked(m);
    const int status = m.status();
    if (status < 200) return;  // 100: a heartbeat
    const auto left = m.header("Nats-Pending-Messages");
    const auto subject = m.subject();
    const bool expected =
        ledger.ended(read_number<std::uint64_t>(subject.substr(std::min(inbox.size() + 1, subject.size()))),
                     left.empty() ? std::nullopt : std::optional(read_number<std::size_t>(left)));
    if (!expected) return;
    if (status == 408) {
        pauses.reset();
        unsure = false;
        return ask_soon();
    }
    const bool deleted = status == 409 && m.header("Description").find("Deleted") != std::string_view::npos;
    if (deleted || status == 503) return missed();
    hold_off();  // asked again at once it would be refused at once
}

void pull_consumer::state::check() {
    bus.ask("$JS.API.CONSUMER.INFO." + opts.stream + "." + opts.durable, inbox + std::string(check_suffix), {}, {});
}

void pull_consumer::state::checked(const message& m) {
    std::string detail;
    if (m.status() == 503) return missed();
    const auto info = parse_api_reply(m.payload(), detail);
    unsure = !info;
    if (!info && info.error() == errc::not_found) missed();
}

void pull_consumer::state::missed() {
    ledger.reset();
    unsure = true;
    hold_off();
    if (on_missing) on_missing();
}

void pull_consumer::state::hold_off() {
    if (std::exchange(holding_off, true)) return;
    pause.expires_after(pauses.next());
    pause.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (!self || failure) return;
        self->holding_off = false;
        self->ask_soon();
    });
}

void pull_consumer::state::sweep_later() {
    const auto due = ledger.next_due();
    sweeping = due.has_value();
    if (!sweeping) return;
    sweep.expires_at(*due);
    sweep.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (!self || failure) return;
        const auto before = self->ledger.asked();
        self->ledger.expire(std::chrono::steady_clock::now());
        self->unsure = self->unsure || self->ledger.asked() < before;
        self->ask_soon();
        self->sweep_later();
    });
}

}  // namespace tidings::bus
