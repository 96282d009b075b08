#include "api/access/doorkeeper.hpp"

#include <algorithm>
#include <utility>

#include "api/access/bearer_answers.hpp"
#include "api/answers.hpp"
#include "domain/text.hpp"
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

// As the database can keep them, and others, who share a list, can read them.
identity::principal kept(identity::principal p) {
    p.name = count_code_points(p.name) ? std::string(text::shortened(p.name, longest_name)) : std::string();
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

doorkeeper::doorkeeper(account_store& accounts, doorkeeper_options options)
    : accounts_(accounts), options_(std::move(options)), roles_(accounts) {}

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

http::admission doorkeeper::list_admission(scope needed) {
    return [this, needed](http::request& r) { return admit_to_list(r, needed); };
}

http::admission doorkeeper::confirmation(scope needed) {
    return [this, needed](http::request& r) { return confirm(r, needed); };
}

http::admission doorkeeper::admission_by_link(std::string secret, bool of_list) {
    return [this, secret = std::move(secret), of_list](http::request& r) {
        return of_list ? admit_link_to_list(r, secret) : admit_link(r, secret);
    };
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

runtime::task<std::optional<http::response>> doorkeeper::admit_to_list(http::request& r, scope needed) {
    auto refused = co_await admit(r, needed);
    if (refused) co_return refused;
    co_return co_await enter_list(r, needed);
}

runtime::task<std::optional<http::response>> doorkeeper::confirm(http::request& r, scope needed) {
    const auto given = bearer_of(r);
    const auto* const token = std::get_if<std::string_view>(&given);
    if (token == nullptr) co_return token_missing();
    auto found = co_await know(r, std::string(*token));
    if (auto* refused = std::get_if<http::content>(&found)) co_return std::move(*refused);
    if (r.context.access.list == 0) co_return std::nullopt;
    co_return co_await enter_list(r, needed);
}

runtime::task<std::optional<http::response>> doorkeeper::enter_list(http::request& r, scope needed) {
    const auto list = parse_list(r.param("list"));
    if (!list) co_return refusal(errc::list_not_found);
    try {
        const auto role = co_await roles_.role_of(asker_of(r.context), *list);
        if (!role) co_return refusal(errc::list_not_found);
        if (*role < role_for(needed)) co_return refusal(errc::list_editor_needed);
    } catch (const store_unavailable& e) {
        log::debug("a member cannot be verified", {{"error", e.what()}});
        co_return try_later();
    }
    r.context.access.list = list->value;
    r.context.access.role = static_cast<std::uint8_t>(role_for(needed));
    co_return std::nullopt;
}

runtime::task<std::optional<http::response>> doorkeeper::admit_link_to_list(http::request& r, std::string secret) {
    auto refused = co_await admit_link(r, std::move(secret));
    if (refused) co_return refused;
    co_return co_await enter_list(r, scope::calendar);
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
    rate_limiter::look_pass pass;
    if (options_.limiter && !counted) {
        auto limited =
            under_way_.is_under_way(hash) ? options_.limiter->refuse_address(r) : options_.limiter->begin_look(r, pass);
        if (limited) co_return std::get<http::content>(std::move(*limited));
    }
    auto found = co_await under_way_.get(hash, asked, known_.longest(), verify_and_keep(std::move(token), hash, asked));
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

runtime::task<doorkeeper::verified> doorkeeper::verify_and_keep(std::string token, token_hash hash,
                                                                clock::time_point asked) {
    auto found = co_await verify(std::move(token), hash);
    if (const auto* access = std::get_if<request_access>(&found)) known_.put(hash, *access, asked);
    co_return found;
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
