#include "api/guarded_route.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "api/answers.hpp"
#include "api/todo_headers.hpp"
#include "http/message/accept.hpp"
#include "http/server/cross_site.hpp"
#include "http/server/response_head.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

std::optional<http::response> refuse_media_type(const http::request& r, bool patch) {
    const auto fits = check_media_type(r, patch);
    if (fits) return std::nullopt;
    auto answer = refusal(fits.error());
    if (fits.error() == errc::media_type_unsupported)
        answer.headers.emplace_back(patch ? "Accept-Patch" : "Accept-Post", patch ? accepted_patches : accepted_bodies);
    if (fits.error() == errc::content_coding_refused) answer.headers.emplace_back("Accept-Encoding", "identity");
    return answer;
}

// A deletion is answered without content.
std::optional<http::response> refuse_unacceptable(const http::request& r) {
    static constexpr std::array<std::string_view, 2> ours{"application/json", http::problem_type};
    if (r.method == http::method::delete_ || http::preferred(r.joined("accept").value_or(""), ours))
        return std::nullopt;
    return http::problem(406, "What this resource answers is application/json, which Accept leaves out.");
}

// 404 to whoever passes what `entry` asks first.
void refuse_behind(const entry_rules& entry, http::route_options& o, const char* detail) {
    const auto behind = std::min(entry.guards.size(), o.guards.size());
    o.guards.insert(o.guards.begin() + static_cast<std::ptrdiff_t>(behind),
                    [detail](http::request&) -> std::optional<http::response> { return http::problem(404, detail); });
}

runtime::task<http::response> answer_if_still(const http::admission& allowed, const http::handler& h,
                                              http::request& r) {
    if (auto refused = co_await allowed(r)) co_return std::move(*refused);
    co_return co_await h(r);
}

runtime::task<http::response> answer_options(const char* allowed, const char* accept, const char* types) {
    auto answer = http::no_content();
    answer.headers = {{"Allow", allowed}, {accept, types}};
    co_return answer;
}

}  // namespace

http::guard refuse_other_sites(http::cors_options origins) {
    return [origins = std::move(origins)](const http::request& r) -> std::optional<http::response> {
        const bool reads = r.method == http::method::get || r.method == http::method::head;
        if (reads || !http::is_cross_site(r) || http::allows(origins, r.header("origin"))) return std::nullopt;
        return http::problem(403,
                             "A page of another site may not change anything here; CORS_ORIGINS names those that may.");
    };
}

http::route_options guarded(const entry_rules& entry, scope needed, body_kind kind, answer_kind answer) {
    http::route_options options;
    options.guards = entry.guards;
    if (entry.admission) options.admission = entry.admission(needed);
    if (answer == answer_kind::json) options.guards.emplace_back(refuse_unacceptable);
    const bool patch = kind == body_kind::patch;
    if (kind != body_kind::none)
        options.guards.emplace_back([patch](http::request& r) { return refuse_media_type(r, patch); });
    return options;
}

void refuse_without_users(const entry_rules& entry, http::route_options& o, const char* detail) {
    if (!entry.admission) refuse_behind(entry, o, detail);
}

// Without somebody who lets in the right ones nobody is.
void add_for_owners(http::router& router, const entry_rules& entry, http::method m, const std::string& below,
                    http::handler h, http::route_options o, const http::admission& list) {
    router.add(m, "/api" + below, h, o);
    o.admission = list;
    if (!list) refuse_behind(entry, o, no_lists);
    router.add(m, "/api/lists/{list}" + below, std::move(h), std::move(o));
}

void add_for_owners(http::router& router, const entry_rules& entry, http::method m, const std::string& below,
                    http::handler h, http::route_options o, scope needed) {
    if (needed == scope::todos_write && entry.confirmation)
        h = [allowed = entry.confirmation(needed), h = std::move(h)](http::request& r) {
            return answer_if_still(allowed, h, r);
        };
    add_for_owners(router, entry, m, below, std::move(h), std::move(o),
                   entry.list_admission ? entry.list_admission(needed) : http::admission());
}

void add_options(http::router& router, const std::string& below, const http::handler& h) {
    router.add(http::method::options, "/api" + below, h);
    router.add(http::method::options, "/api/lists/{list}" + below, h);
}

http::handler options(const char* allowed, const char* accept, const char* types) {
    return [=](http::request&) { return answer_options(allowed, accept, types); };
}

void drop_body(http::request& r) { std::string().swap(r.body); }

runtime::task<http::response> when_available(runtime::task<http::response> answer, http::request& r) {
    try {
        co_return co_await std::move(answer);
    } catch (const store_unavailable& e) {
        log::debug("request refused: the store is not available",
                   {{"request_id", r.context.request_id}, {"error", e.what()}});
        co_return try_later();
    }
}

}  // namespace tidings::todo_be
