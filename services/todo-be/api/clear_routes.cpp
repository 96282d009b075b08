#include "api/clear_routes.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/answers.hpp"
#include "api/change_once.hpp"
#include "http/server/response_head.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr const char* path = "/todos:clear-done";
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

std::string cleared_text(std::size_t deleted, bool more) {
    return "{\"deleted\":" + std::to_string(deleted) + ",\"more\":" + (more ? "true" : "false") + '}';
}

std::size_t deleted_in(std::span<const write_result> written) {
    std::size_t deleted = 0;
    for (const auto& w : written)
        if (w) deleted += 1 + w->subtasks;
    return deleted;
}

runtime::task<http::response> answer_options(http::request&) {
    auto answer = http::no_content();
    answer.headers.emplace_back("Allow", "POST, OPTIONS");
    co_return answer;
}

}  // namespace

clear_routes::clear_routes(todo_store& store) : store_(store) {}

void clear_routes::add_to(http::router& router, const entry_rules& entry) {
    add_for_owners(
        router, entry, http::method::post, path, [this](http::request& r) { return when_available(clear(r), r); },
        guarded(entry, scope::todos_write, body_kind::none), scope::todos_write);
    add_options(router, path, answer_options);
}

runtime::task<http::response> clear_routes::clear(http::request& r) {
    const auto by = owner_of(r.context);
    progress so_far;
    auto once = once_of(r, [&so_far](std::span<const write_result> w) {
        return cleared_text(so_far.deleted + deleted_in(w), so_far.more);
    });
    if (!once) co_return refusal(once.error());
    if (*once) {
        auto kept = co_await store_.find_first(**once, r.context);
        if (!kept) co_return refusal(kept.error());
        if (*kept) co_return unkept_answer(std::move((*kept)->text), true);
    }
    const auto until = std::chrono::steady_clock::now() + longest;
    list_query done{.limit = most_in_commit, .done = true, .sort = {sort_key::created, false}};
    for (bool last = false; !last;) {
        const auto page = co_await store_.list(by, done);
        so_far.more = page.more;
        last = !page.more || std::chrono::steady_clock::now() >= until;
        if (!page.items.empty()) done.after = position_of(page.items.back(), done.sort);
        // The last commit keeps the key.
        auto kept = co_await remove(removals_of(page), last ? *once : std::nullopt, so_far, r.context);
        if (!kept) co_return refusal(kept.error());
        if (*kept) co_return unkept_answer(std::move((*kept)->text), true);
    }
    if (so_far.deleted > 0)
        log::debug("what was done is cleared", {{"request_id", r.context.request_id}, {"deleted", so_far.deleted}});
    co_return unkept_answer(cleared_text(so_far.deleted, so_far.more), false);
}

runtime::task<result<std::optional<first_answer>>> clear_routes::remove(std::vector<remove_todo> todos,
                                                                        std::optional<idempotency> once,
                                                                        progress& so_far,
                                                                        const request_context& context) {
    if (todos.empty() && !once) co_return std::nullopt;
    auto made = co_await store_.write({todos.begin(), todos.end()}, set_mode::each, once, context);
    if (!made) co_return made.error();
    if (auto* const kept = std::get_if<first_answer>(&*made)) co_return std::move(*kept);
    if (const auto* const written = std::get_if<std::vector<write_result>>(&*made)) {
        so_far.deleted += deleted_in(*written);
    } else if (todos.size() > 1) {
        // Too large for one commit, with their subtasks.
        const auto middle = todos.begin() + static_cast<std::ptrdiff_t>(todos.size() / 2);
        co_await remove({todos.begin(), middle}, std::nullopt, so_far, context);
        co_return co_await remove({middle, todos.end()}, std::move(once), so_far, context);
    }
    co_return std::nullopt;
}

}  // namespace tidings::todo_be
