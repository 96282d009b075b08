#include "api/batch_routes.hpp"

#include <optional>
#include <utility>

#include "api/answers.hpp"
#include "api/batch_answer.hpp"
#include "api/todo_headers.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* path = "/todos:batch";
constexpr std::size_t body_limit = 1'048'576;

// Nothing without a key. The request is told by its bytes.
std::optional<idempotency> once(std::string key, std::string body, const batch& b, const todo_json& json) {
    if (key.empty()) return std::nullopt;
    return idempotency{.key = std::move(key),
                       .request = std::move(body),
                       .answer = [&](std::span<const write_result> written) { return batch_text(b, written, json); }};
}

}  // namespace

batch_routes::batch_routes(todo_store& store, const todo_json& json, bool versions)
    : store_(store), json_(json), versions_(versions) {}

void batch_routes::add_to(http::router& router, const entry_rules& entry) {
    auto limits = guarded(entry, scope::todos_write, body_kind::json);
    limits.body_limit = body_limit;
    add_for_owners(
        router, entry, http::method::post, path, [this](http::request& r) { return when_available(write(r), r); },
        std::move(limits), scope::todos_write);
    add_options(router, path, options("POST, OPTIONS", "Accept-Post", accepted_bodies));
}

runtime::task<http::response> batch_routes::write(http::request& r) {
    auto key = read_idempotency_key(r);
    if (!key) co_return refusal(key.error());
    violations wrong;
    auto b = read_batch(r.body, wrong, versions_);
    if (!b) co_return refusal(b.error(), wrong);
    const auto mode = b->atomic ? set_mode::whole : set_mode::each;
    auto kept = once(std::move(*key), std::move(r.body), *b, json_);
    drop_body(r);
    auto made = co_await store_.write(std::move(b->writes), mode, std::move(kept), r.context);
    if (!made) co_return refusal(made.error());
    if (const auto* refused = std::get_if<refused_write>(&*made)) co_return batch_refusal(*refused);
    if (auto* first = std::get_if<first_answer>(&*made)) co_return batch_answer(*b, std::move(first->text), true);
    co_return batch_answer(*b, batch_text(*b, std::get<std::vector<write_result>>(*made), json_), false);
}

}  // namespace tidings::todo_be
