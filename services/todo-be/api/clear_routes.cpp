#include "api/clear_routes.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/guarded_route.hpp"
#include "http/server/response_head.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr const char* path = "/api/todos:clear-done";
constexpr std::size_t most_in_commit = 500;  // other writes wait for it
constexpr auto longest = 2s;                 // then the client asks again

// Subtasks first: each is then deleted by itself, and not with the to-do that it is under.
std::vector<remove_todo> removals_of(const todo_page& page) {
    std::vector<remove_todo> removals;
    for (const bool subtasks : {true, false})
        for (const auto& t : page.items)
            if (t.fields.parent.has_value() == subtasks)
                removals.push_back({.id = t.id, .expected = {}, .only_when_done = true});
    return removals;
}

http::content cleared_answer(std::size_t deleted, bool more) {
    auto answer = http::json_response(
        200, "{\"deleted\":" + std::to_string(deleted) + ",\"more\":" + (more ? "true" : "false") + '}');
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

runtime::task<http::response> answer_options(http::request&) {
    auto answer = http::no_content();
    answer.headers.emplace_back("Allow", "POST, OPTIONS");
    co_return answer;
}

}  // namespace

clear_routes::clear_routes(todo_store& store) : store_(store) {}

void clear_routes::add_to(http::router& router, const std::vector<http::guard>& entry) {
    router.add(
        http::method::post, path, [this](http::request& r) { return when_available(clear(r), r); },
        guarded(entry, body_kind::none));
    router.add(http::method::options, path, answer_options);
}

runtime::task<http::response> clear_routes::clear(http::request& r) {
    const auto until = std::chrono::steady_clock::now() + longest;
    list_query done{.limit = most_in_commit, .done = true, .sort = {sort_key::created, false}};
    std::size_t deleted = 0;
    bool more = true;
    while (more && std::chrono::steady_clock::now() < until) {
        const auto page = co_await store_.list(done);
        more = page.more;
        if (page.items.empty()) break;
        done.after = position_of(page.items.back(), done.sort);
        deleted += co_await remove(removals_of(page), r.context);
    }
    if (deleted > 0)
        log::debug("what was done is cleared", {{"request_id", r.context.request_id}, {"deleted", deleted}});
    co_return cleared_answer(deleted, more);
}

runtime::task<std::size_t> clear_routes::remove(std::vector<remove_todo> todos, const request_context& context) {
    const auto made = co_await store_.write({todos.begin(), todos.end()}, set_mode::each, std::nullopt, context);
    std::size_t deleted = 0;
    if (made.has_value() && std::holds_alternative<std::vector<write_result>>(*made)) {
        for (const auto& w : std::get<std::vector<write_result>>(*made))
            if (w) deleted += 1 + w->subtasks;
    } else if (todos.size() > 1) {
        // Too large for one commit, with their subtasks.
        const auto middle = todos.begin() + static_cast<std::ptrdiff_t>(todos.size() / 2);
        deleted += co_await remove({todos.begin(), middle}, context);
        deleted += co_await remove({middle, todos.end()}, context);
    }
    co_return deleted;
}

}  // namespace tidings::todo_be
