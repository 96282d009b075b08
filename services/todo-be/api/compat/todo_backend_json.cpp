#include "api/compat/todo_backend_json.hpp"

#include "api/json_document.hpp"
#include "api/todo_body.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::string_view theirs = "completed";
constexpr std::string_view ours = "done";

}  // namespace

void append_todo_backend(std::string& out, const todo& t, std::string_view prefix) {
    out += R"({"id":")";
    t.id.append_to(out);
    out += R"(","title":)";
    text::append_json_string(out, t.fields.title);
    out += R"(,"completed":)";
    out += t.fields.done ? "true" : "false";
    out += R"(,"order":)";
    if (t.fields.order) {
        append_order(out, *t.fields.order);
    } else {
        out += "null";
    }
    out += R"(,"url":)";
    text::append_json_string(out, std::string(prefix) + t.id.str());
    out += '}';
}

result<todo_patch> read_todo_backend(std::string_view body, violations& wrong) {
    auto document = read_document(body, {}, wrong);
    if (!document) return document.error();
    if (!document->is_object()) return errc::body_not_object;
    boost::json::object renamed;
    for (auto& [name, value] : document->get_object()) {
        if (name == "id" || name == "url") continue;
        renamed[name == theirs ? ours
                : name == ours ? "done (here it is `completed`)"
                               : std::string_view(name)] = std::move(value);
    }
    auto patch = patch_from(renamed, wrong);
    for (auto& v : wrong)
        if (v.field == "/done") v.field = "/completed";
    return patch;
}

}  // namespace tidings::todo_be
