#include "api/access/token_routes.hpp"

#include <utility>

#include "api/access/bearer_answers.hpp"
#include "api/access/token_body.hpp"
#include "api/answers.hpp"
#include "domain/right_over.hpp"
#include "domain/token_event.hpp"
#include "http/server/response_head.hpp"
#include "observe/log.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* collection = "/api/tokens";
constexpr const char* item = "/api/tokens/{id}";

http::content unkept(unsigned status, std::string json) {
    auto answer = http::json_response(status, std::move(json));
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

// Nothing of the token itself.
void audit(const http::request& r, const char* act, const access_token& t) {
    log::info("audit", {{"act", act},
                        {"by", r.context.principal},
                        {"user", r.context.access.user},
                        {"token_id", t.id.str()},
                        {"name", t.terms.name},
                        {"scopes", to_string(t.terms.scopes)},
                        {"expires_at", ids::format(t.terms.expires_at)},
                        {"request_id", r.context.request_id}});
}

}  // namespace

token_routes::token_routes(account_store* accounts, entry_rules entry, std::string base,
                           std::function<void(const ids::uuid&)> on_revoked)
    : accounts_(accounts), entry_(std::move(entry)), base_(std::move(base)), on_revoked_(std::move(on_revoked)) {}

http::route_options token_routes::options_of(body_kind body) const {
    auto options = guarded(entry_, scope::tokens, body);
    refuse_without_users(entry_, options, "There are no tokens: IDENTITY is off.");
    return options;
}

void token_routes::add_to(http::router& router) {
    struct row {
        http::method method;
        const char* path;
        action handler;
        body_kind body;
    };
    const row rows[] = {
        {http::method::post, collection, &token_routes::make_if_allowed, body_kind::json},
        {http::method::get, collection, &token_routes::list, body_kind::none},
        {http::method::get, item, &token_routes::read, body_kind::none},
        {http::method::delete_, item, &token_routes::revoke, body_kind::none},
    };
    for (const auto& [m, path, handler, body] : rows)
        router.add(
            m, path, [this, a = handler](http::request& r) { return when_available((this->*a)(r), r); },
            options_of(body));
}

runtime::task<http::response> token_routes::make(http::request& r) {
    violations wrong;
    auto terms = read_token_terms(r.body, r.context.access, ids::now(), wrong);
    if (!terms) co_return refusal(terms.error(), wrong);
    const auto text = new_token_text();
    const auto made = co_await accounts_->make(std::move(*terms), hash_of(text), r.context);
    if (!made) co_return refusal(made.error());
    audit(r, "token created", *made);
    std::string json;
    append_json(json, *made);
    json.back() = ',';
    json += "\"token\":\"" + text + "\"}";
    auto answer = unkept(201, std::move(json));
    answer.headers.emplace_back("Location", base_ + made->id.str());
    co_return answer;
}

runtime::task<http::response> token_routes::make_if_allowed(http::request& r) {
    try {
        co_return co_await make(r);
    } catch (const right_over&) {
        co_return token_invalid("it has expired, or was revoked, meanwhile");
    }
}

runtime::task<http::response> token_routes::list(http::request& r) {
    std::string json = "{\"items\":[";
    const auto all = co_await accounts_->tokens_of(asker_of(r.context));
    for (const auto& t : all) {
        if (&t != all.data()) json += ',';
        append_json(json, t);
    }
    co_return unkept(200, json + "]}");
}

runtime::task<http::response> token_routes::read(http::request& r) {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::token_not_found);
    const auto found = co_await accounts_->token_of(asker_of(r.context), *id);
    if (!found) co_return refusal(found.error());
    std::string json;
    append_json(json, *found);
    co_return unkept(200, std::move(json));
}

runtime::task<http::response> token_routes::revoke(http::request& r) {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::token_not_found);
    const auto gone = co_await accounts_->revoke(*id, r.context);
    if (!gone) co_return refusal(gone.error());
    if (on_revoked_) on_revoked_(*id);
    audit(r, "token revoked", *gone);
    co_return removed_answer(false);
}

}  // namespace tidings::todo_be
