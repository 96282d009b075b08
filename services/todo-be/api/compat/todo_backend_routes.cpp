#include <chrono>
#include <utility>

#include "api/answers.hpp"
#include "api/compat/compat_routes.hpp"
#include "api/compat/todo_backend_json.hpp"
#include "api/guarded_route.hpp"
#include "api/todo_headers.hpp"
#include "http/message/target.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr const char* collection = "/api/compat/todo-backend";
constexpr const char* item = "/api/compat/todo-backend/{id}";
constexpr auto longest_clearing = 20s;

class todo_backend {
  public:
    todo_backend(todo_store& store, compat_rules rules, std::string base_path)
        : store_(store), rules_(std::move(rules)), path_(std::move(base_path) + collection + '/') {}

    runtime::task<http::response> list(http::request& r) const;
    runtime::task<http::response> create(http::request& r) const;
    runtime::task<http::response> clear(http::request& r) const;
    runtime::task<http::response> read(http::request& r) const;
    runtime::task<http::response> patch(http::request& r) const;
    runtime::task<http::response> remove(http::request& r) const;

  private:
    std::string prefix(const http::request& r) const;
    http::content one(unsigned status, const todo& t, const http::request& r) const;

    todo_store& store_;
    compat_rules rules_;
    std::string path_;
};

// Those of that API follow the URLs from pages of other origins: they are absolute, as the client knows us.
std::string todo_backend::prefix(const http::request& r) const {
    const auto* const scheme = r.header("x-forwarded-proto") == "https" ? "https://" : "http://";
    return std::string(scheme).append(http::host_of(r)).append(path_);
}

http::content todo_backend::one(unsigned status, const todo& t, const http::request& r) const {
    std::string text;
    append_todo_backend(text, t, prefix(r));
    auto answer = http::json_response(status, std::move(text));
    answer.headers = {{"Cache-Control", "no-store"}, {"ETag", etag_of(t.version)}};
    return answer;
}

runtime::task<http::response> todo_backend::list(http::request& r) const {
    const auto page = co_await store_.list(asker_of(r.context), all_todos());
    const auto base = prefix(r);
    std::string text = "[";
    for (const auto& t : page.items) {
        if (text.size() > 1) text += ',';
        append_todo_backend(text, t, base);
    }
    co_return unkept_answer(text + ']', false);
}

runtime::task<http::response> todo_backend::create(http::request& r) const {
    violations wrong;
    auto wanted = read_todo_backend(r.body, wrong);
    if (wanted && !wanted->title) {
        wrong.push_back({"/title", errc::title_missing});
        wanted = errc::fields_invalid;
    }
    if (!wanted) co_return refusal(wanted.error(), wrong);
    auto made = co_await store_.create(apply(*wanted, {}), std::nullopt, r.context);
    if (!made) co_return refusal(made.error());
    const auto& t = std::get<written_todo>(*made).state;
    auto answer = one(201, t, r);
    answer.headers.emplace_back("Location", path_ + t.id.str());
    co_return answer;
}

runtime::task<http::response> todo_backend::clear(http::request& r) const {
    const auto until = std::chrono::steady_clock::now() + longest_clearing;
    for (;;) {
        const auto page = co_await store_.list(asker_of(r.context), all_todos());
        // One that is not there any more went with the to-do that it was under.
        for (const auto& t : page.items) {
            if (std::chrono::steady_clock::now() >= until)
                co_return http::unavailable("not all to-dos are deleted yet; ask again");
            co_await store_.remove({t.id, {}}, r.context);
        }
        if (!page.more) co_return removed_answer(false);
    }
}

runtime::task<http::response> todo_backend::read(http::request& r) const {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    const auto found = co_await store_.find(asker_of(r.context), *id);
    if (!found) co_return refusal(found.error());
    co_return one(200, *found, r);
}

runtime::task<http::response> todo_backend::patch(http::request& r) const {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    auto expected = condition_of(r, rules_);
    if (!expected) co_return refusal(expected.error());
    violations wrong;
    auto wanted = read_todo_backend(r.body, wrong);
    if (!wanted) co_return refusal(wanted.error(), wrong);
    const auto made =
        co_await store_.change({.id = *id, .patch = std::move(*wanted), .expected = std::move(*expected)}, r.context);
    if (!made) co_return refusal(made.error());
    co_return one(200, made->state, r);
}

runtime::task<http::response> todo_backend::remove(http::request& r) const {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    auto expected = condition_of(r, rules_);
    if (!expected) co_return refusal(expected.error());
    const auto gone = co_await store_.remove({*id, std::move(*expected)}, r.context);
    if (!gone) co_return refusal(gone.error());
    co_return removed_answer(false);
}

// Says so unless the server itself does, for an origin that is configured.
http::guard allow_any_origin(http::cors_options known) {
    return [known = std::move(known)](http::request& r) -> std::optional<http::response> {
        if (!known.origins.empty() && http::allows(known, r.header("origin"))) return std::nullopt;
        r.answer_headers.emplace_back("Access-Control-Allow-Origin", "*");
        if (r.method != http::method::options) return std::nullopt;
        r.answer_headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, DELETE, OPTIONS");
        r.answer_headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
        return std::nullopt;
    };
}

}  // namespace

result<precondition> condition_of(const http::request& r, const compat_rules& rules) {
    if (rules.require_if_match && !r.joined("if-match")) return errc::if_match_missing;
    return read_precondition(r);
}

void add_todo_backend_routes(http::router& router, todo_store& store, compat_rules rules) {
    using http::method;
    using action = runtime::task<http::response> (todo_backend::*)(http::request&) const;
    struct row {
        http::method method;
        const char* path;
        action handler;
        scope needed;
        body_kind body;
    };
    const row rows[] = {
        {method::get, collection, &todo_backend::list, scope::todos_read, body_kind::none},
        {method::post, collection, &todo_backend::create, scope::todos_write, body_kind::json},
        {method::delete_, collection, &todo_backend::clear, scope::todos_write, body_kind::none},
        {method::get, item, &todo_backend::read, scope::todos_read, body_kind::none},
        {method::patch, item, &todo_backend::patch, scope::todos_write, body_kind::patch},
        {method::delete_, item, &todo_backend::remove, scope::todos_write, body_kind::none},
    };
    auto entry = rules.from_any_origin;
    entry.guards.insert(entry.guards.begin(), allow_any_origin(rules.cors));
    const auto handlers = std::make_shared<todo_backend>(store, std::move(rules), router.base_path());
    for (const auto& [m, path, handler, needed, body] : rows)
        router.add(
            m, path, [handlers, a = handler](http::request& r) { return when_available((handlers.get()->*a)(r), r); },
            guarded(entry, needed, body));
    http::route_options asked;
    asked.guards = {entry.guards.front()};
    router.add(method::options, collection, options("GET, HEAD, POST, DELETE, OPTIONS", "Accept-Post", accepted_bodies),
               asked);
    router.add(method::options, item, options("GET, HEAD, PATCH, DELETE, OPTIONS", "Accept-Patch", accepted_bodies),
               asked);
}

}  // namespace tidings::todo_be
