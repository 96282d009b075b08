#include "bus/pull_consumer.hpp"

#include <charconv>
#include <map>

namespace tidings::bus {

namespace {

using namespace std::chrono_literals;

constexpr auto answer_grace = 2s;  // after a request's own expiry
constexpr auto sweep_every = 1s;

std::string_view next_token(std::string_view& rest) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const auto token = rest.substr(0, dot);
    rest.remove_prefix(std::min(dot + 1, rest.size()));
    return token;
}

template <class Number>
Number number_of(std::string_view token) {
    Number n = 0;
    std::from_chars(token.data(), token.data() + token.size(), n);
    return n;
}

delivery with_place(message m, std::size_t prefix_length) {
    delivery d;
    d.msg = std::move(m);
    auto rest = d.msg.reply().substr(prefix_length);
    d.delivered = number_of<std::uint64_t>(next_token(rest));
    d.stream_sequence = number_of<std::uint64_t>(next_token(rest));
    d.consumer_sequence = number_of<std::uint64_t>(next_token(rest));
    d.stored_ns = number_of<std::int64_t>(next_token(rest));
    d.pending = number_of<std::uint64_t>(next_token(rest));
    return d;
}

}  // namespace

struct pull_consumer::state : std::enable_shared_from_this<pull_consumer::state> {
    struct request {
        std::size_t left;  // messages that it may still bring
        runtime::time_point ends;
    };

    state(connection& c, runtime::asio::io_context& ctx, options o) : bus(c), config(std::move(o)), sweep_timer(ctx) {}

    void delivered(message m);
    void answered(std::uint64_t number, const message& m);
    void ask();
    void forget();
    void sweep_later();

    connection& bus;
    options config;
    std::function<void(delivery)> on_delivery;
    std::function<void()> on_missing;
    std::string claim_prefix, inbox, subject;
    std::size_t room = 0;   // that the caller has, what is asked for included
    std::size_t asked = 0;  // the sum of the requests' `left`
    std::uint64_t next_request = 1;
    std::map<std::uint64_t, request> requests;
    runtime::steady_timer sweep_timer;
    bool sweeping = false;
};

pull_consumer::pull_consumer(connection& c, runtime::asio::io_context& ctx, options o,
                             std::function<void(delivery)> on_delivery, std::function<void()> on_missing)
    : state_(std::make_shared<state>(c, ctx, std::move(o))) {
    auto& s = *state_;
    s.on_delivery = std::move(on_delivery);
    s.on_missing = std::move(on_missing);
    s.claim_prefix = "$JS.ACK." + s.config.stream + '.' + s.config.durable + '.';
    s.subject = "$JS.API.CONSUMER.MSG.NEXT." + s.config.stream + '.' + s.config.durable;
    const std::weak_ptr weak(state_);
    c.claim(s.claim_prefix, [weak](message m) {
        if (const auto live = weak.lock()) live->delivered(std::move(m));
    });
    s.inbox = c.open_inbox([weak](message& m) {
        const auto live = weak.lock();
        if (!live) return false;
        const auto to = m.subject();
        live->answered(number_of<std::uint64_t>(to.substr(std::min(live->inbox.size() + 1, to.size()))), m);
        return true;
    });
    c.on_connected([weak] {
        const auto live = weak.lock();
        if (!live) return;
        live->forget();
        live->ask();
    });
}

pull_consumer::~pull_consumer() {
    state_->bus.release(state_->claim_prefix);
    state_->bus.close_inbox(state_->inbox);
    state_->sweep_timer.cancel();
    state_->on_delivery = nullptr;
}

void pull_consumer::room(std::size_t messages) {
    state_->room = messages;
    state_->ask();
}

void pull_consumer::restart() { state_->forget(); }

std::size_t pull_consumer::asked() const { return state_->asked; }

void pull_consumer::state::delivered(message m) {
    // Requests are served in their order.
    const auto first = requests.begin();
    if (first != requests.end()) {
        --asked;
        if (--first->second.left == 0) requests.erase(first);
    }
    if (room > 0) --room;
    if (on_delivery) on_delivery(with_place(std::move(m), claim_prefix.size()));
}

// 404 no messages, 408 expired, 409 refused or the consumer is gone, 503 nobody there; 100 is a heartbeat.
void pull_consumer::state::answered(std::uint64_t number, const message& m) {
    const auto status = m.status();
    const auto ended = requests.find(number);
    if (status == 100 || ended == requests.end()) return;
    asked -= ended->second.left;
    requests.erase(ended);
    const bool deleted = status == 409 && m.header("Description").find("Deleted") != std::string_view::npos;
    if (status == 503 || deleted) {
        room = 0;
        if (on_missing) on_missing();
    } else if (status == 404 || status == 408) {
        ask();
    }
    // Any other refusal is asked again when the caller next tells its room.
}

void pull_consumer::state::ask() {
    if (room <= asked) return;
    const auto want = std::min(room - asked, config.batch);
    if (asked > 0 && want < config.batch / 2) return;
    const auto number = next_request++;
    char text[96] = R"({"batch":)";
    auto* end = std::to_chars(text + 9, text + 40, want).ptr;
    constexpr std::string_view expires = R"(,"expires":)";
    end = std::copy(expires.begin(), expires.end(), end);
    end = std::to_chars(end, text + sizeof text - 1, std::chrono::nanoseconds(config.expires).count()).ptr;
    *end++ = '}';
    const auto reply = inbox + '-' + std::to_string(number);
    if (!bus.publish(subject, reply, {}, std::string_view(text, static_cast<std::size_t>(end - text)))) return;
    requests.emplace(number, request{want, std::chrono::steady_clock::now() + config.expires + answer_grace});
    asked += want;
    sweep_later();
}

void pull_consumer::state::forget() {
    requests.clear();
    asked = 0;
}

void pull_consumer::state::sweep_later() {
    if (std::exchange(sweeping, true)) return;
    sweep_timer.expires_after(sweep_every);
    sweep_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& stopped) {
        const auto s = weak.lock();
        if (!s || stopped) return;
        s->sweeping = false;
        const auto now = std::chrono::steady_clock::now();
        std::erase_if(s->requests, [&](const auto& r) {
            if (r.second.ends > now) return false;
            s->asked -= r.second.left;
            return true;
        });
        s->ask();
        if (!s->requests.empty()) s->sweep_later();
    });
}

bool pull_consumer::ack(std::string_view reply) { return state_->bus.publish(reply, "+ACK"); }
bool pull_consumer::in_progress(std::string_view reply) { return state_->bus.publish(reply, "+WPI"); }
bool pull_consumer::term(std::string_view reply) { return state_->bus.publish(reply, "+TERM"); }

bool pull_consumer::nak(std::string_view reply, std::chrono::milliseconds delay) {
    if (delay <= 0ms) return state_->bus.publish(reply, "-NAK");
    return state_->bus.publish(reply,
                               R"(-NAK {"delay":)" + std::to_string(std::chrono::nanoseconds(delay).count()) + '}');
}

}  // namespace tidings::bus
