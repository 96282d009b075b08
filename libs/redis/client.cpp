#include "redis/client.hpp"

#include <utility>

#include "http/client/trust.hpp"
#include "redis/link.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"

namespace tidings::redis {

namespace {

using namespace std::chrono_literals;

constexpr unsigned failures_in_a_row = 5;
constexpr auto first_pause = 1s, longest_pause = 30s;
constexpr auto connect_limit = 2s;
constexpr auto idle_check = 10s;
constexpr auto long_life = 10s;  // a connection that lasted so long is followed by another one soon
constexpr std::size_t most_in_batch = 64, most_batch_bytes = 256 * 1024;
constexpr std::size_t reply_overhead = 64;
constexpr std::size_t most_short_reply = 512;  // bytes of one that is no value: a number, OK, an error
constexpr std::size_t most_batch_replies = std::size_t{8} << 20U;

}  // namespace

struct client::question {
    question(const runtime::executor& ex, std::string c, std::size_t n, std::size_t most, bool is_read)
        : commands(std::move(c)), count(n), most_reply(most), read(is_read), over(ex) {}
    std::string commands;
    std::size_t count, most_reply;  // of bytes, each
    bool read;                      // somebody reads the replies
    std::size_t answered = 0;
    std::vector<reply> replies;
    bool late = false;  // nobody waits any more
    runtime::time_point asked = runtime::now();
    runtime::wakeup over;
};

client::client(const runtime::executor& ex, client_options options)
    : ex_(ex),
      options_(std::move(options)),
      trust_(options_.server.tls ? http::load_trust(true, options_.ca_file) : nullptr),
      breaker_(failures_in_a_row, first_pause, longest_pause),
      wake_(ex) {}

client::~client() = default;

runtime::task<> client::run() {
    runtime::backoff pause(200ms, longest_pause);
    runtime::outage outage;
    for (;;) {
        const auto begin = runtime::now();
        try {
            co_await serve();
        } catch (const lost& l) {
            away_ = l.why;
        }
        const bool lasted = connected_ && runtime::now() - begin > long_life;
        if (connected_) outage.ended();
        connected_ = false;
        give_up(waiting_);
        waiting_bytes_ = 0;
        if (outage.failed(runtime::now(), away_)) options_.on_news(away_);
        if (lasted) pause.reset();
        co_await runtime::sleep_for(pause.next());
    }
}

// Ends only by an exception.
runtime::task<> client::serve() {
    auto* const tls = static_cast<runtime::asio::ssl::context*>(trust_.get());
    const auto l = std::make_shared<link>(ex_, tls, options_.most_value + reply_overhead);
    const std::shared_ptr<void> at_end(nullptr, [l](void*) { l->close(); });
    l->close_in(connect_limit);
    co_await l->open(options_.server);
    l->rest();
    distrusted_ = false;
    connected_ = true;
    options_.on_news({});
    for (;;) {
        if (waiting_.empty() && !co_await wake_.wait(idle_check)) send(command({"PING"}), 1);
        l->close_in(options_.answer_limit);
        co_await exchange(*l, take_batch());
        l->rest();
        if (distrusted_) throw lost{"it answers what it was not given"};
    }
}

runtime::task<> client::exchange(link& l, questions batch) {
    std::string commands;
    std::size_t count = 0;
    for (const auto& q : batch) {
        commands += q->commands;
        count += q->count;
    }
    auto next = batch.begin();
    // Whatever ends it, nobody waits in vain.
    const std::shared_ptr<void> at_end(nullptr, [&batch](void*) { give_up(batch); });
    std::size_t bytes = 0;
    co_await l.exchange(std::move(commands), count, [&](reply r) {
        bytes += r.text.size();
        if (bytes > most_batch_replies) r = {};  // so much is not held at once: as if it were not there
        if (answer(**next, std::move(r))) ++next;
    });
}

// Whether that was the last one. An answer for which somebody has more patience than get() says nothing good of the
// next.
bool client::answer(question& q, reply r) {
    if (r.text.size() > q.most_reply) {
        distrust();
        r = {};
    }
    if (q.read && !q.late) q.replies.push_back(std::move(r));
    if (++q.answered < q.count) return false;
    if (!q.late && runtime::now() - q.asked <= options_.patience) breaker_.succeeded();
    q.over.notify();
    return true;
}

bool client::enqueue(std::shared_ptr<question> q) {
    if (waiting_.size() >= options_.most_waiting || waiting_bytes_ + q->commands.size() > options_.most_waiting_bytes)
        return false;
    waiting_bytes_ += q->commands.size();
    waiting_.push_back(std::move(q));
    wake_.notify();
    return true;
}

// Nobody reads the replies.
void client::send(std::string commands, std::size_t count) {
    enqueue(std::make_shared<question>(ex_, std::move(commands), count, most_short_reply, false));
}

client::questions client::take_batch() {
    questions batch;
    std::size_t bytes = 0;
    while (!waiting_.empty() && batch.size() < most_in_batch && bytes < most_batch_bytes) {
        bytes += waiting_.front()->commands.size();
        // Whom nobody waits for is not asked.
        if (!waiting_.front()->late) batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    waiting_bytes_ -= bytes;
    return batch;
}

void client::give_up(questions& all) {
    for (auto& q : all)
        q->over.notify();
    all.clear();
}

// `hit`: all of it is answered.
runtime::task<client::outcome> client::answered(std::shared_ptr<question> q, std::chrono::milliseconds patience) {
    if (!connected_ || !breaker_.allows(runtime::now()) || !enqueue(q)) co_return outcome::unavailable;
    if (!co_await q->over.wait(patience)) {
        q->late = true;
        breaker_.failed(runtime::now());
        co_return outcome::late;
    }
    co_return q->answered == q->count ? outcome::hit : outcome::unavailable;
}

// A refusal is as good as nothing.
runtime::task<client::found> client::get(std::string key) {
    if (!connected_) co_return found{};
    const auto q =
        std::make_shared<question>(ex_, command({"GET", key}), 1, options_.most_value + reply_overhead, true);
    const auto what = co_await answered(q, options_.patience);
    if (what != outcome::hit) co_return found{what};
    auto& r = q->replies.front();
    if (r.what == reply::kind::error) co_return found{};
    co_return found{r.what == reply::kind::text ? outcome::hit : outcome::miss, std::move(r.text)};
}

runtime::task<std::vector<reply>> client::ask(std::string commands, std::size_t count,
                                              std::chrono::milliseconds patience) {
    const auto q = std::make_shared<question>(ex_, std::move(commands), count, most_short_reply, true);
    if (co_await answered(q, patience) != outcome::hit) co_return std::vector<reply>{};
    co_return std::move(q->replies);
}

void client::tell(std::string commands, std::size_t count) {
    if (connected_ && !breaker_.open()) send(std::move(commands), count);
}

void client::set(std::string_view key, std::string_view value, std::chrono::seconds time_to_live) {
    if (!connected_ || breaker_.open() || value.size() > options_.most_value) return;
    const auto seconds = std::to_string(time_to_live.count());
    send(command({"SET", key, value, "EX", seconds}), 1);
}

void client::distrust() {
    distrusted_ = true;
    breaker_.failed(runtime::now());
}

std::string client::trouble() const {
    if (!connected_) return away_;
    return breaker_.open() ? "too slow, or not to be trusted: not asked for a while" : "";
}

}  // namespace tidings::redis
