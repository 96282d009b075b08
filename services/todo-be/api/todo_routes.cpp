#include "api/todo_routes.hpp"

#include <utility>

#include "api/answers.hpp"
#include "api/change_once.hpp"
#include "api/json_document.hpp"
#include "api/todo_body.hpp"
#include "api/todo_headers.hpp"
#include "api/todo_query.hpp"
#include "http/server/response_head.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* collection = "/todos";
constexpr const char* item = "/todos/{id}";
constexpr const char* restoration = "/todos/{id}:restore";

void log_written(const http::request& r, const char* what, const written_todo& w) {
    if (!log::enabled(log::level::debug)) return;
    log::debug(what, {{"request_id", r.context.request_id},
                      {"todo_id", w.state.id.str()},
                      {"event_id", w.event_id.value_or(ids::uuid()).str()},
                      {"version", w.state.version}});
}

// Nothing without a key.
std::optional<idempotency> once(std::string key, const todo_fields& fields, const todo_json& json) {
    if (key.empty()) return std::nullopt;
    return idempotency{.key = std::move(key),
                       .request = canonical_json(fields),
                       .answer = [&json](std::span<const write_result> w) { return json.text(w.front()->state); }};
}

http::prepared_response text_of(const todo& t, const todo_json& json) {
    return std::make_shared<const http::prepared_bytes>(http::prepared_bytes{json.text(t), {}, {}});
}

}  // namespace

todo_routes::todo_routes(todo_store& store, cached_reads& reads, access_rules rules, todo_json json)
    : store_(store),
      reads_(reads),
      rules_(std::move(rules)),
      json_(std::move(json)),
      batch_(store, json_, rules_.require_if_match),
      clear_(store),
      reorder_(store, json_),
      export_(store, json_),
      calendar_(store, json_, rules_.calendar_secret),
      import_(store, rules_.import_limit) {}

void todo_routes::add_to(http::router& router) {
    using http::method;
    struct row {
        http::method method;
        const char* path;
        action handler;
        scope needed;
        body_kind body;
    };
    const row rows[] = {
        {method::post, collection, &todo_routes::create, scope::todos_write, body_kind::json},
        {method::get, collection, &todo_routes::list, scope::todos_read, body_kind::none},
        {method::get, item, &todo_routes::read, scope::todos_read, body_kind::none},
        {method::put, item, &todo_routes::replace, scope::todos_write, body_kind::json},
        {method::patch, item, &todo_routes::patch, scope::todos_write, body_kind::patch},
        {method::delete_, item, &todo_routes::remove, scope::todos_write, body_kind::none},
        {method::post, restoration, &todo_routes::restore, scope::todos_write, body_kind::none},
    };
    for (const auto& [m, path, handler, needed, body] : rows)
        add_for_owners(
            router, rules_.entry, m, path,
            [this, a = handler](http::request& r) { return when_available((this->*a)(r), r); },
            guarded(rules_.entry, needed, body), needed);
    batch_.add_to(router, rules_.entry);
    clear_.add_to(router, rules_.entry);
    reorder_.add_to(router, rules_.entry);
    export_.add_to(router, rules_.entry);
    calendar_.add_to(router, rules_.entry, rules_.limits, rules_.links);
    import_.add_to(router, rules_.entry);
    add_options(router, collection, options("GET, HEAD, POST, OPTIONS", "Accept-Post", accepted_bodies));
    add_options(router, item, options("GET, HEAD, PUT, PATCH, DELETE, OPTIONS", "Accept-Patch", accepted_patches));
}

runtime::task<http::response> todo_routes::create(http::request& r) {
    auto key = read_idempotency_key(r);
    if (!key) co_return refusal(key.error());
    violations wrong;
    auto fields = read_fields(r.body, wrong);
    if (!fields) co_return refusal(fields.error(), wrong);
    drop_body(r);
    auto kept = once(std::move(*key), *fields, json_);
    auto made = co_await store_.create(std::move(*fields), std::move(kept), r.context);
    if (!made) co_return refusal(made.error());
    if (const auto* written = std::get_if<written_todo>(&*made)) log_written(r, "to-do created", *written);
    co_return created_answer(std::move(*made), json_, owner_of(r.context));
}

runtime::task<http::response> todo_routes::list(http::request& r) {
    violations wrong;
    const auto asked = read_list_query(r.query, wrong);
    if (!asked) co_return refusal(asked.error(), wrong);
    const auto by = owner_of(r.context);
    // Later pages are rarely requested twice: keeping them would evict the first ones.
    looked_up l;
    if (!asked->query.after) l = co_await reads_.find(by, canonical(*asked));
    if (l.read.answer) co_return http::prepared{std::move(l.read.answer)};
    std::optional<std::int64_t> total;
    if (asked->total) total = co_await store_.count(by, asked->query);
    auto answer = page_answer(co_await store_.list(by, asked->query), *asked, total, json_, by);
    if (l.generation) reads_.keep(l, {http::prepare(answer)});
    co_return answer;
}

runtime::task<http::response> todo_routes::read(http::request& r) {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    const auto expected = read_precondition(r);
    if (!expected) co_return refusal(expected.error());
    auto l = co_await reads_.find(owner_of(r.context), id->str());
    if (!l.read.answer) {
        const auto found = co_await store_.find(l.owner, *id);
        if (!found) co_return refusal(found.error());
        reads_.keep(l, {text_of(*found, json_), found->version});
    }
    if (!allows(expected->match, l.read.version)) co_return refusal(errc::version_mismatch);
    if (!allows(*expected, l.read.version)) co_return not_modified(l.read.version);
    co_return todo_answer(l.read.answer->plain, l.read.version);
}

runtime::task<http::response> todo_routes::replace(http::request& r) {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    auto once = once_of(r, json_);
    if (!once) co_return refusal(once.error());
    violations wrong;
    auto wanted = read_replacement(r.body, *id, wrong);
    if (wanted) {
        drop_body(r);
        co_return co_await change(r, {.id = *id, .patch = std::move(*wanted)}, std::move(*once), wrong);
    }
    if (wanted.error() != errc::fields_invalid) co_return refusal(wanted.error(), wrong);
    // What is wrong may be what the to-do has already: that decides.
    wrong.clear();
    const auto computed = [&](const todo& current) {
        wrong.clear();
        return read_replacement(r.body, *id, wrong, json_.text(current));
    };
    co_return co_await change(r, {.id = *id, .computed = computed, .computed_bytes = r.body.size()}, std::move(*once),
                              wrong);
}

runtime::task<http::response> todo_routes::patch(http::request& r) {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    auto once = once_of(r, json_);
    if (!once) co_return refusal(once.error());
    violations wrong;
    if (is_json_patch(r)) {
        if (const auto document = read_document(r.body, {}, wrong); !document)
            co_return refusal(document.error(), wrong);
        const auto computed = [&](const todo& current) {
            wrong.clear();
            return read_json_patch(r.body, json_.text(current), wrong);
        };
        co_return co_await change(r, {.id = *id, .computed = computed, .computed_bytes = r.body.size()},
                                  std::move(*once), wrong);
    }
    auto wanted = read_patch(r.body, wrong);
    if (!wanted) co_return refusal(wanted.error(), wrong);
    drop_body(r);
    co_return co_await change(r, {.id = *id, .patch = std::move(*wanted)}, std::move(*once), wrong);
}

// `wrong`: what the patch finds wrong, if it is computed.
runtime::task<http::response> todo_routes::change(http::request& r, change_todo wanted, std::optional<idempotency> once,
                                                  const violations& wrong) {
    auto expected = condition_of(r);
    if (!expected) co_return refusal(expected.error());
    wanted.expected = std::move(*expected);
    if (once) co_return co_await change_once(r, std::move(wanted), std::move(*once), wrong);
    auto made = co_await store_.change(std::move(wanted), r.context);
    if (!made) co_return refusal(made.error(), wrong);
    log_written(r, "to-do changed", *made);
    co_return todo_answer(made->state, json_);
}

runtime::task<http::response> todo_routes::change_once(const http::request& r, change_todo wanted, idempotency once,
                                                       const violations& wrong) {
    auto made = co_await store_.write({std::move(wanted)}, set_mode::whole, std::move(once), r.context);
    if (!made) co_return refusal(made.error());
    if (const auto* refused = std::get_if<refused_write>(&*made)) co_return refusal(refused->why, wrong);
    if (const auto* kept = std::get_if<first_answer>(&*made)) co_return kept_answer(kept->text);
    const auto& written = std::get<std::vector<write_result>>(*made).front().value();
    log_written(r, "to-do changed", written);
    co_return todo_answer(written.state, json_);
}

runtime::task<http::response> todo_routes::remove_once(const http::request& r, remove_todo wanted, idempotency once) {
    auto made = co_await store_.write({std::move(wanted)}, set_mode::whole, std::move(once), r.context);
    if (!made) co_return refusal(made.error());
    if (const auto* refused = std::get_if<refused_write>(&*made)) co_return refusal(refused->why);
    co_return removed_answer(std::holds_alternative<first_answer>(*made));
}

result<precondition> todo_routes::condition_of(const http::request& r) const {
    if (rules_.require_if_match && !r.joined("if-match")) return errc::if_match_missing;
    return read_precondition(r);
}

runtime::task<http::response> todo_routes::remove(http::request& r) {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    auto expected = condition_of(r);
    if (!expected) co_return refusal(expected.error());
    auto once = once_of(r, json_);
    if (!once) co_return refusal(once.error());
    if (*once) co_return co_await remove_once(r, {*id, std::move(*expected)}, std::move(**once));
    const auto gone = co_await store_.remove({*id, std::move(*expected)}, r.context);
    if (!gone) co_return refusal(gone.error());
    log_written(r, "to-do deleted", *gone);
    co_return removed_answer(false);
}

runtime::task<http::response> todo_routes::restore(http::request& r) {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    auto expected = read_precondition(r);
    if (!expected) co_return refusal(expected.error());
    auto once = once_of(r, json_);
    if (!once) co_return refusal(once.error());
    auto made = co_await store_.restore({*id, std::move(*expected)}, std::move(*once), r.context);
    if (!made) co_return refusal(made.error());
    if (const auto* kept = std::get_if<first_answer>(&*made)) co_return kept_answer(kept->text);
    const auto& back = std::get<written_todo>(*made);
    log_written(r, "to-do restored", back);
    co_return todo_answer(back.state, json_);
}

}  // namespace tidings::todo_be
