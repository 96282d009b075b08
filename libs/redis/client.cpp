#include "redis/client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "http/client/addresses.hpp"
#include "http/client/stream.hpp"
#include "http/client/trust.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"

namespace tidings::redis {

namespace asio = runtime::asio;

namespace {

using namespace std::chrono_literals;
using error_code = boost::system::error_code;

constexpr unsigned failures_in_a_row = 5;
constexpr auto first_pause = 1s, longest_pause = 30s;
constexpr auto connect_limit = 2s;
constexpr auto idle_check = 10s;
constexpr auto long_life = 10s;  // a connection that lasted so long is followed by another one soon
constexpr std::size_t most_in_batch = 64, most_batch_bytes = 256 * 1024, read_size = 16 * 1024;
constexpr std::size_t reply_overhead = 64;
constexpr auto as_tuple = asio::as_tuple(runtime::use_task);

struct lost {
    std::string why;
};

// "WRONGPASS" of what may be anything.
std::string code_of(std::string_view error) {
    const auto end = std::ranges::find_if(error.substr(0, 32), [](char c) { return c < 'A' || c > 'Z'; });
    return {error.begin(), end};
}

}  // namespace

struct client::question {
    question(const runtime::executor& ex, std::string c) : command(std::move(c)), over(ex) {}
    std::string command;
    found result;
    bool refused = false;
    std::string error = {};
    bool late = false;  // nobody waits any more
    runtime::wakeup over;
};

// Shared with the handlers of its timer.
struct client::link {
    link(const runtime::executor& ex, asio::ssl::context* tls, std::size_t most_bytes)
        : stream(ex, tls), timer(ex), answers(most_bytes) {}

    static void close_in(const std::shared_ptr<link>& l, runtime::duration limit) {
        l->timer.expires_after(limit);
        l->timer.async_wait([l](const error_code& cancelled) {
            if (cancelled || runtime::now() < l->timer.expiry()) return;
            l->overdue = true;
            l->stream.close();
        });
    }
    // Throws lost; system_error when the surrounding task was cancelled.
    void require(const error_code& failure) const {
        if (overdue) throw lost{"no answer in time"};
        if (failure == asio::error::operation_aborted) throw boost::system::system_error(failure);
        if (failure) throw lost{failure.message()};
    }

    http::client::stream stream;
    runtime::steady_timer timer;
    bool overdue = false;
    replies answers;
    std::array<char, read_size> buffer{};
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
    auto* const tls = static_cast<asio::ssl::context*>(trust_.get());
    const auto l = std::make_shared<link>(ex_, tls, options_.most_value + reply_overhead);
    // Whatever ends it: the timer must not hold the link.
    const std::shared_ptr<void> at_end(nullptr, [l](void*) {
        l->timer.cancel();
        l->stream.close();
    });
    link::close_in(l, connect_limit);
    co_await connect(l);
    co_await login(l);
    l->timer.cancel();
    distrusted_ = false;
    connected_ = true;
    options_.on_news({});
    for (;;) {
        if (waiting_.empty() && !co_await wake_.wait(idle_check))
            enqueue(std::make_shared<question>(ex_, command({"PING"})));
        auto batch = take_batch();
        if (batch.empty()) continue;
        link::close_in(l, options_.answer_limit);
        try {
            co_await exchange(l, batch);
        } catch (...) {
            give_up(batch);
            throw;
        }
        l->timer.cancel();
        if (distrusted_) throw lost{"it answers what it was not given"};
    }
}

namespace {

struct lookup {
    explicit lookup(const runtime::executor& ex) : over(ex) {}
    runtime::wakeup over;
    http::client::addresses::list found;
};

}  // namespace

runtime::task<> client::connect(std::shared_ptr<link> l) {
    const auto asked = std::make_shared<lookup>(ex_);
    const auto names = std::make_shared<http::client::addresses>(ex_, options_.server.host, options_.server.port);
    names->get([asked, names](const error_code&, const auto& found) {
        asked->found = found;
        asked->over.notify();
    });
    if (!co_await asked->over.wait(connect_limit) || !asked->found || asked->found->empty())
        throw lost{"its name has no address"};
    error_code failure;
    for (const auto& where : *asked->found) {
        std::tie(failure) = co_await l->stream.async_connect(where, as_tuple);
        if (!failure || l->overdue) break;
    }
    l->require(failure);
    if (!l->stream.is_tls()) co_return;
    l->require(l->stream.expect_host(options_.server.host));
    std::tie(failure) = co_await l->stream.async_handshake(as_tuple);
    if (failure && !l->overdue && failure != asio::error::operation_aborted)
        throw lost{"TLS: " + l->stream.handshake_failure(failure)};
    l->require(failure);
}

runtime::task<> client::login(std::shared_ptr<link> l) {
    const auto& s = options_.server;
    questions words;
    const auto say = [&](const std::vector<std::string_view>& c) {
        words.push_back(std::make_shared<question>(ex_, command(c)));
    };
    if (!s.password.empty())
        say(s.user.empty() ? std::vector<std::string_view>{"AUTH", s.password}
                           : std::vector<std::string_view>{"AUTH", s.user, s.password});
    const auto database = std::to_string(s.database);
    if (s.database != 0) say({"SELECT", database});
    say({"PING"});
    co_await exchange(l, words);
    for (const auto& q : words)
        if (q->refused) throw lost{"it refuses: " + code_of(q->error)};
}

runtime::task<> client::exchange(std::shared_ptr<link> l, questions batch) {
    std::string text;
    for (const auto& q : batch)
        text += q->command;
    for (std::string_view rest = text; !rest.empty();) {
        const auto [failure, sent] = co_await l->stream.async_write_some({rest, {}}, as_tuple);
        l->require(failure);
        rest.remove_prefix(sent);
    }
    while (!batch.empty()) {
        const auto [failure, read] = co_await l->stream.async_read_some(asio::buffer(l->buffer), as_tuple);
        l->require(failure);
        l->answers.feed({l->buffer.data(), read});
        while (auto r = l->answers.next()) {
            if (batch.empty()) throw lost{"it answers more than it was asked"};
            answer(*batch.front(), std::move(*r));
            batch.pop_front();
        }
        if (l->answers.failed()) throw lost{"it does not speak the protocol"};
    }
}

void client::answer(question& q, reply r) {
    q.refused = r.what == reply::kind::error;
    if (q.refused)
        q.error = std::move(r.text);
    else
        q.result = {r.what == reply::kind::text ? outcome::hit : outcome::miss, std::move(r.text)};
    if (!q.late) breaker_.succeeded();
    q.over.notify();
}

bool client::enqueue(std::shared_ptr<question> q) {
    if (waiting_.size() >= options_.most_waiting || waiting_bytes_ + q->command.size() > options_.most_waiting_bytes)
        return false;
    waiting_bytes_ += q->command.size();
    waiting_.push_back(std::move(q));
    wake_.notify();
    return true;
}

client::questions client::take_batch() {
    questions batch;
    std::size_t bytes = 0;
    while (!waiting_.empty() && batch.size() < most_in_batch && bytes < most_batch_bytes) {
        bytes += waiting_.front()->command.size();
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

runtime::task<client::found> client::get(std::string key) {
    if (!connected_ || !breaker_.allows(runtime::now())) co_return found{};
    const auto q = std::make_shared<question>(ex_, command({"GET", key}));
    if (!enqueue(q)) co_return found{};
    if (!co_await q->over.wait(options_.patience)) {
        q->late = true;
        breaker_.failed(runtime::now());
        co_return found{outcome::late};
    }
    co_return std::move(q->result);
}

void client::set(std::string_view key, std::string_view value, std::chrono::seconds time_to_live) {
    if (!connected_ || breaker_.open() || value.size() > options_.most_value) return;
    const auto seconds = std::to_string(time_to_live.count());
    enqueue(std::make_shared<question>(ex_, command({"SET", key, value, "EX", seconds})));
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
