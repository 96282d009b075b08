#include <algorithm>
#include <utility>

#include "api/answers.hpp"
#include "api/compat/compat_routes.hpp"
#include "api/guarded_route.hpp"
#include "api/json_document.hpp"
#include "api/todo_body.hpp"
#include "api/todo_headers.hpp"
#include "http/message/media_type.hpp"
#include "http/message/target.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* collection = "/todos";
constexpr const char* item = "/todos/{id}";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

bool is_form(const http::request& r) { return http::media_type_is(r.header("content-type"), form_type); }

// The field `todo` of a form; nothing when there is none, or it is not well-formed.
std::optional<std::string> todo_of_form(std::string_view body) {
    while (!body.empty()) {
        const auto field = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(body.size(), field.size() + 1));
        if (field.starts_with("todo=")) return http::percent_decode(field.substr(5), true);
    }
    return std::nullopt;
}

result<todo_fields> fields_of_form(const http::request& r, violations& wrong) {
    const auto text = todo_of_form(r.body);
    if (!text) {
        wrong.push_back({"todo", errc::title_missing});
        return errc::fields_invalid;
    }
    auto fields = fields_from(boost::json::object{{"title", *text}}, wrong);
    for (auto& v : wrong)
        v.field = "todo";
    return fields;
}

// {"todo": "..."} is {"title": "..."}.
result<todo_fields> fields_of_json(const http::request& r, violations& wrong) {
    auto document = read_document(r.body, {}, wrong);
    if (!document) return document.error();
    auto* const members = document->if_object();
    auto* const named = members == nullptr ? nullptr : members->if_contains("todo");
    if (named != nullptr && !members->contains("title")) {
        (*members)["title"] = std::move(*named);
        members->erase("todo");
    }
    return fields_from(*document, wrong);
}

class course {
  public:
    course(todo_store& store, compat_rules rules, todo_json json)
        : store_(store), rules_(std::move(rules)), json_(std::move(json)) {}

    runtime::task<http::response> list(http::request& r) const;
    runtime::task<http::response> create(http::request& r) const;
    runtime::task<http::response> change(http::request& r) const;

  private:
    todo_store& store_;
    compat_rules rules_;
    todo_json json_;
};

runtime::task<http::response> course::list(http::request& r) const {
    const auto page = co_await store_.list(asker_of(r.context), all_todos());
    std::string text = "[";
    for (const auto& t : page.items) {
        if (text.size() > 1) text += ',';
        json_.append(text, t);
    }
    co_return unkept_answer(text + ']', false);
}

runtime::task<http::response> course::create(http::request& r) const {
    violations wrong;
    auto fields = is_form(r) ? fields_of_form(r, wrong) : fields_of_json(r, wrong);
    if (!fields) co_return refusal(fields.error(), wrong);
    auto made = co_await store_.create(std::move(*fields), std::nullopt, r.context);
    if (!made) co_return refusal(made.error());
    co_return created_answer(std::move(*made), json_, asker_of(r.context));
}

runtime::task<http::response> course::change(http::request& r) const {
    const auto id = ids::uuid::parse(r.param("id"));
    if (!id) co_return refusal(errc::not_found);
    auto expected = condition_of(r, rules_);
    if (!expected) co_return refusal(expected.error());
    violations wrong;
    auto wanted = read_patch(r.body, wrong);
    if (!wanted) co_return refusal(wanted.error(), wrong);
    const auto made =
        co_await store_.change({.id = *id, .patch = std::move(*wanted), .expected = std::move(*expected)}, r.context);
    if (!made) co_return refusal(made.error());
    co_return todo_answer(made->state, json_);
}

}  // namespace

void add_course_routes(http::router& router, todo_store& store, compat_rules rules, todo_json json) {
    using http::method;
    const auto json_only = guarded(rules.entry, scope::todos_write, body_kind::json);
    // A form, or what others take.
    auto any = guarded(rules.entry, scope::todos_write, body_kind::none);
    any.guards.emplace_back([](http::request& r) -> std::optional<http::response> {
        if (is_form(r) || check_media_type(r, false)) return std::nullopt;
        return refusal(errc::media_type_unsupported);
    });
    const auto none = guarded(rules.entry, scope::todos_read, body_kind::none);
    const auto c = std::make_shared<course>(store, std::move(rules), std::move(json));
    router.add(method::get, collection, [c](http::request& r) { return when_available(c->list(r), r); }, none);
    router.add(method::post, collection, [c](http::request& r) { return when_available(c->create(r), r); }, any);
    router.add(method::put, item, [c](http::request& r) { return when_available(c->change(r), r); }, json_only);
}

}  // namespace tidings::todo_be
