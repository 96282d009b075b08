#include "api/access/doorkeeper.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <utility>

#include "api/access/bearer_answers.hpp"
#include "api/answers.hpp"
#include "http/server/bearer.hpp"
#include "observe/log.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

using clock = known_credentials::clock;

constexpr std::size_t longest_name = 200;  // bytes

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

// As the database can keep them.
identity::principal kept(identity::principal p) {
    p.name = has_control(p.name) ? std::string() : std::string(text::shortened(p.name, longest_name));
    return p;
}

scope_set scopes_of(const identity::principal& p) {
    if (p.scopes.empty()) return all_scopes;
    scope_set granted;
    for (const auto& name : p.scopes)
        if (const auto s = parse_scope(name)) granted.add(*s);
    return granted;
}

http::content wrong_link() {
    return http::problem(403,
                         "the calendar's link ends with ?secret= and a personal access token that has the scope "
                         "calendar and no other");
}

std::string principal_of(const request_access& a) {
    return a.token.empty() ? "user " + std::to_string(a.user) : "token " + a.token;
}

}  // namespace

struct doorkeeper::verification {
    verification(const runtime::executor& ex, clock::time_point when)
        : begun(when), ended(ex, runtime::time_point::max()) {}

    clock::time_point begun;
    std::optional<verified> found;  // nothing at the end: whoever asked was interrupted
    runtime::steady_timer ended;
};

// Wakes those who wait, however it ends.
struct doorkeeper::turn {
    doorkeeper& at;
    token_hash hash;
    std::shared_ptr<verification> mine;

    turn(doorkeeper& d, const token_hash& h, std::shared_ptr<verification> v) : at(d), hash(h), mine(std::move(v)) {
        at.under_way_.insert_or_assign(hash, mine);
    }
    ~turn() {
        if (const auto last = at.under_way_.find(hash); last != at.under_way_.end() && last->second == mine)
            at.under_way_.erase(last);
        mine->ended.cancel();
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
};

doorkeeper::doorkeeper(account_store& accounts, doorkeeper_options options)
    : accounts_(accounts), options_(std::move(options)) {}

std::optional<http::response> doorkeeper::count_failure(http::request& r) const {
    return options_.limiter ? options_.limiter->count_address(r) : std::nullopt;
}

http::guard doorkeeper::ask_for_token() {
    return [this](http::request& r) -> std::optional<http::response> {
        const auto given = bearer_of(r);
        if (std::holds_alternative<std::string_view>(given)) return std::nullopt;
        if (auto limited = count_failure(r)) return limited;
        if (const auto* strange = std::get_if<not_a_token>(&given)) return token_invalid(strange->why);
        return token_missing();
    };
}

http::admission doorkeeper::admission(scope needed) {
    return [this, needed](http::request& r) { return admit(r, needed); };
}

http::admission doorkeeper::admission_by_link(std::string secret) {
    return [this, secret = std::move(secret)](http::request& r) { return admit_link(r, secret); };
}

runtime::task<std::optional<http::response>> doorkeeper::admit(http::request& r, scope needed) {
    const auto given = bearer_of(r);
    const auto* const token = std::get_if<std::string_view>(&given);
    if (token == nullptr) co_return token_missing();
    auto found = co_await know(r, std::string(*token));
    if (auto* refused = std::get_if<http::content>(&found)) co_return std::move(*refused);
    if (auto limited = enter(r, std::get<request_access>(std::move(found)))) co_return limited;
    if (!scope_set(r.context.access.scopes).has(needed)) co_return scope_missing(needed);
    co_return std::nullopt;
}

runtime::task<std::optional<http::response>> doorkeeper::admit_link(http::request& r, std::string secret) {
    const std::string given(r.query_value("secret").value_or(""));
    scope_set only;
    only.add(scope::calendar);
    if (!is_token_text(given)) {
        // Before it is compared: who guesses learns no more.
        if (options_.limiter)
            if (auto limited = options_.limiter->refuse_address(r)) co_return limited;
        if (!secret.empty() && http::same_secret(given, secret))
            co_return enter(r, {.user = default_user.value, .token = {}});
        if (auto limited = count_failure(r)) co_return limited;
        co_return wrong_link();
    }
    auto found = co_await know(r, given);
    if (auto* refused = std::get_if<http::content>(&found)) {
        if (refused->status == 401) co_return wrong_link();
        co_return std::move(*refused);
    }
    auto access = std::get<request_access>(std::move(found));
    if (scope_set(access.scopes) != only) co_return wrong_link();
    co_return enter(r, std::move(access));
}

std::optional<http::response> doorkeeper::enter(http::request& r, request_access access) {
    r.context.principal = principal_of(access);
    r.context.access = std::move(access);
    return options_.limiter ? options_.limiter->count_user(r, asker_of(r.context)) : std::nullopt;
}

// What is verified is not counted for the address: many users may share one.
runtime::task<doorkeeper::verified> doorkeeper::know(http::request& r, std::string token) {
    const auto asked = clock::now();
    const auto hash = hash_of(token);
    const auto [known, renew] = known_.find(hash, asked);
    const bool counted = known != nullptr && known->until > std::chrono::system_clock::now();
    if (counted && !renew) co_return *known;
    if (options_.limiter && !counted)
        if (auto limited = options_.limiter->refuse_address(r)) co_return std::get<http::content>(std::move(*limited));
    auto found = co_await verify_once(std::move(token), hash, asked);
    const auto* const refused = std::get_if<http::content>(&found);
    if (refused == nullptr) co_return found;
    if (refused->status == 401) {
        known_.forget(hash);
        if (auto limited = count_failure(r)) co_return std::get<http::content>(std::move(*limited));
    } else if (const auto* still = known_.find(hash, clock::now()).access; counted && still != nullptr) {
        co_return *still;
    }
    co_return found;
}

// Of a verification that began longer ago than one counts the answer may be too old.
runtime::task<doorkeeper::verified> doorkeeper::verify_once(std::string token, token_hash hash,
                                                            clock::time_point asked) {
    for (;;) {
        const auto known = under_way_.find(hash);
        if (known == under_way_.end() || asked - known->second->begun > known_.longest()) break;
        const auto other = known->second;
        co_await other->ended.async_wait(boost::asio::as_tuple(runtime::use_task));
        if (other->found) co_return *other->found;
    }
    const turn now(*this, hash, std::make_shared<verification>(co_await runtime::asio::this_coro::executor, asked));
    now.mine->found = co_await verify(std::move(token), hash);
    if (const auto* access = std::get_if<request_access>(&*now.mine->found)) known_.put(hash, *access, asked);
    co_return *now.mine->found;
}

runtime::task<doorkeeper::verified> doorkeeper::verify(std::string token, token_hash hash) {
    if (!options_.api_token.empty() && http::same_secret(token, options_.api_token))
        co_return request_access{.user = default_user.value, .token = {}};
    try {
        if (!token.starts_with(token_prefix)) co_return co_await ask_provider(std::move(token));
        if (!is_token_text(token)) co_return token_invalid("this personal access token is mistyped, or cut short");
        if (auto found = co_await accounts_.find(hash)) co_return std::move(*found);
        co_return token_invalid("there is no such personal access token, or it has expired, or was revoked");
    } catch (const store_unavailable& e) {
        log::debug("a token cannot be verified", {{"error", e.what()}});
        co_return try_later();
    }
}

runtime::task<doorkeeper::verified> doorkeeper::ask_provider(std::string token) {
    if (options_.provider == nullptr) co_return token_invalid("it is not one of this service");
    auto answer = co_await options_.provider->verify(token);
    if (const auto* refused = std::get_if<identity::refusal>(&answer)) {
        if (refused->what == identity::refusal::kind::invalid_token) co_return token_invalid(refused->why);
        co_return http::unavailable("tokens cannot be verified right now; try again in a moment");
    }
    auto who = kept(std::get<identity::principal>(std::move(answer)));
    if (who.subject.empty() || has_control(who.subject) || has_control(who.issuer))
        co_return token_invalid("its subject is none");
    request_access access{.scopes = scopes_of(who).bits(), .token = {}, .until = who.expires};
    access.user = (co_await accounts_.user_of(std::move(who))).value;
    co_return access;
}

}  // namespace tidings::todo_be
