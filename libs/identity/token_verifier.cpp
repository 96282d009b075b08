#include "identity/token_verifier.hpp"

#include <boost/asio/as_tuple.hpp>
#include <utility>

#include "identity/token_check.hpp"
#include "identity/verified_tokens.hpp"
#include "runtime/spawn.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::identity {

namespace {

using std::chrono::system_clock;
using verdict = std::variant<principal, refusal>;

// What the verifier and the tasks that it has begun share: a task may outlive it.
struct shared_state {
    shared_state(const runtime::executor& ex, verifier_options o, verifier_report r)
        : options(std::move(o)),
          report(std::move(r)),
          keys(options.keys),
          schedule(options.times, runtime::now()),
          remembered(options.most_remembered),
          work(ex),
          fetch_ended(ex, runtime::time_point::max()) {
        if (!follows()) return;
        place = {options.expected.issuer, options.jwks_url, options.allow_http, http::load_trust(true, {})};
    }

    bool follows() const { return !options.keys; }
    bool has_keys() const { return keys && (!follows() || schedule.usable(runtime::now())); }
    void told(std::string_view outcome) const {
        if (report.on_token && !closed) report.on_token(outcome);
    }

    const verifier_options options;
    verifier_report report;
    key_place place;
    std::optional<key_set> keys;
    key_schedule schedule;
    verified_tokens remembered;
    runtime::wakeup work;  // of follow_keys()
    runtime::steady_timer fetch_ended;
    bool closed = false;  // the verifier is gone, and perhaps whom it reports to
};
using state_ptr = std::shared_ptr<shared_state>;

void take(shared_state& s, boost::system::result<fetched_keys, std::string> got) {
    key_news news;
    if (got.has_error()) {
        s.schedule.failed(runtime::now());
        news.problem = std::move(got).error();
    } else {
        s.schedule.succeeded(got->fresh, runtime::now());
        news.keys = got->keys.size();
        news.changed = !s.keys || !(*s.keys == got->keys);
        // Whatever was signed with a key that is gone is not to be accepted any more.
        if (news.changed) s.remembered.clear();
        s.keys = std::move(got->keys);
    }
    if (s.report.on_fetch) s.report.on_fetch(news);
}

runtime::task<> follow_keys(state_ptr s) {
    while (!s->closed) {
        if (const auto pause = s->schedule.due() - runtime::now(); pause > runtime::duration::zero()) {
            co_await s->work.wait(pause);
            continue;
        }
        s->schedule.began();
        auto got = co_await fetch_keys(s->place);
        if (s->closed) break;
        take(*s, std::move(got));
        s->fetch_ended.cancel();
    }
    s->fetch_ended.cancel();
}

// Whether a fetch has ended since: then it is worth looking again. Waits no longer than the fetch may take.
runtime::task<bool> ask_for_keys(state_ptr s) {
    if (!s->follows() || s->closed || !s->schedule.ask(runtime::now())) co_return false;
    s->work.notify();
    co_await s->fetch_ended.async_wait(boost::asio::as_tuple(runtime::use_task));
    co_return true;
}

verdict refuse(const shared_state& s, const boost::system::error_code& why) {
    if (why == errc::key_unknown && s.follows() && s.schedule.out_of_touch()) {
        s.told("unavailable");
        return refusal{refusal::kind::unavailable, "the key of the token is not known, and the issuer cannot be asked"};
    }
    s.told(name_of(static_cast<errc>(why.value())));
    return refusal{refusal::kind::invalid_token, why.message()};
}

runtime::task<verdict> verify_token(state_ptr s, std::string_view token) {
    // Without any keys the fetch that is under way, if one is, brings them. No request waits for two.
    bool waited = false;
    if (!s->has_keys() && s->schedule.under_way()) waited = co_await ask_for_keys(s);
    if (!s->has_keys()) {
        s->told("unavailable");
        co_return refusal{refusal::kind::unavailable, "the keys of the issuer cannot be fetched now"};
    }
    if (const auto* known = s->remembered.find(token, system_clock::now())) {
        s->told("remembered");
        co_return *known;
    }
    auto checked = check_token(token, *s->keys, s->options.expected, system_clock::now());
    if (checked.has_error() && checked.error() == errc::key_unknown && !waited && co_await ask_for_keys(s))
        checked = check_token(token, *s->keys, s->options.expected, system_clock::now());
    if (checked.has_error()) co_return refuse(*s, checked.error());
    s->remembered.remember(token, *checked);
    s->told("accepted");
    co_return std::move(*checked);
}

class token_verifier final : public verifier {
  public:
    explicit token_verifier(state_ptr s) : state_(std::move(s)) {}
    ~token_verifier() override {
        state_->closed = true;
        state_->work.notify();
    }

    runtime::task<verdict> verify(std::string_view token) override { return verify_token(state_, token); }

  private:
    state_ptr state_;
};

}  // namespace

std::unique_ptr<verifier> make_token_verifier(const runtime::executor& ex, verifier_options options,
                                              verifier_report report) {
    auto state = std::make_shared<shared_state>(ex, std::move(options), std::move(report));
    if (state->follows()) runtime::spawn(ex, follow_keys(state));
    return std::make_unique<token_verifier>(std::move(state));
}

}  // namespace tidings::identity
