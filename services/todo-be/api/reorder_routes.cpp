#include "api/reorder_routes.hpp"

#include <algorithm>
#include <utility>

#include "api/answers.hpp"
#include "api/change_once.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* path = "/todos:reorder";
constexpr unsigned most_attempts = 3;
constexpr std::size_t most_around = 300;  // neighbours that may have to move too, where there is no room

constexpr list_order ascending{sort_key::order, false};
constexpr list_order descending{sort_key::order, true};

list_position position_of(const placed& p, const list_order& sort) {
    return {.sort = sort, .order = p.order, .at = {}, .id = p.id};
}

// The end: it is not there.
auto place_of(const ids::uuid& id, const std::vector<placed>& found) {
    return std::find_if(found.begin(), found.end(), [&](const placed& p) { return p.id == id; });
}

// What was asked for and is not there.
violations missing(const move_request& wanted, const std::vector<placed>& found) {
    const auto is_there = [&](const ids::uuid& id) { return place_of(id, found) != found.end(); };
    violations wrong;
    for (std::size_t i = 0; i < wanted.moved.size(); ++i)
        if (!is_there(wanted.moved[i])) wrong.push_back({"/ids/" + std::to_string(i), errc::not_found});
    if (wanted.beside && !is_there(*wanted.beside))
        wrong.push_back({wanted.behind ? "/after" : "/before", errc::not_found});
    return wrong;
}

// In the order that is wanted.
std::vector<placed> moved_of(const move_request& wanted, const std::vector<placed>& found) {
    std::vector<placed> moved;
    for (const auto& id : wanted.moved)
        moved.push_back(*place_of(id, found));
    return moved;
}

std::optional<placed> beside_of(const move_request& wanted, const std::vector<placed>& found) {
    if (!wanted.beside) return std::nullopt;
    return *place_of(*wanted.beside, found);
}

write_set set_of(const std::vector<placed>& changed) {
    write_set set;
    for (const auto& p : changed)
        set.emplace_back(change_todo{p.id, {.order = p.order}, {}});
    return set;
}

std::string moved_text(std::span<const write_result> written, const todo_json& json) {
    std::string text = "{\"changed\":[";
    for (const auto& w : written) {
        if (&w != written.data()) text += ',';
        json.append(text, w->state);
    }
    return text += "]}";
}

}  // namespace

reorder_routes::reorder_routes(todo_store& store, const todo_json& json) : store_(store), json_(json) {}

void reorder_routes::add_to(http::router& router, const entry_rules& entry) {
    add_for_owners(
        router, entry, http::method::post, path, [this](http::request& r) { return when_available(move(r), r); },
        guarded(entry, scope::todos_write, body_kind::json), scope::todos_write);
    add_options(router, path, options("POST, OPTIONS", "Accept-Post", accepted_bodies));
}

runtime::task<http::response> reorder_routes::move(http::request& r) {
    const auto once = once_of(r, [this](std::span<const write_result> w) { return moved_text(w, json_); });
    if (!once) co_return refusal(once.error());
    violations wrong;
    const auto wanted = read_move(r.body, wrong);
    if (!wanted) co_return refusal(wanted.error(), wrong);
    drop_body(r);
    if (*once) {
        const auto kept = co_await store_.find_first(**once, r.context);
        if (!kept) co_return refusal(kept.error());
        if (*kept) co_return unkept_answer((*kept)->text, true);
    }
    for (unsigned i = 0; i < most_attempts; ++i) {
        auto answer = co_await attempt(*wanted, *once, r.context);
        if (answer) co_return std::move(*answer);
    }
    co_return refusal(errc::reorder_refused, {{"/ids", errc::not_found}});
}

runtime::task<std::optional<http::response>> reorder_routes::attempt(const move_request& wanted,
                                                                     const std::optional<idempotency>& once,
                                                                     const request_context& context) {
    const auto by = owner_of(context);
    auto asked = wanted.moved;
    if (wanted.beside) asked.push_back(*wanted.beside);
    const auto found = co_await store_.orders_of(by, std::move(asked));
    if (auto wrong = missing(wanted, found); !wrong.empty()) co_return refusal(errc::reorder_refused, wrong);
    const auto around = co_await read_surroundings(by, wanted, beside_of(wanted, found));
    const auto changed = reorder(moved_of(wanted, found), around);
    if (!changed || changed->size() > most_writes_in_set)
        co_return refusal(errc::reorder_refused, {{wanted.behind ? "/after" : "/before", errc::no_room}});
    if (changed->empty() && !once) co_return unkept_answer(moved_text({}, json_), false);
    auto made = co_await store_.write(set_of(*changed), set_mode::whole, once, context);
    if (!made) co_return refusal(made.error());
    if (const auto* kept = std::get_if<first_answer>(&*made)) co_return unkept_answer(kept->text, true);
    if (const auto* written = std::get_if<std::vector<write_result>>(&*made))
        co_return unkept_answer(moved_text(*written, json_), false);
    if (std::get<refused_write>(*made).why == errc::set_too_large) co_return refusal(errc::set_too_large);
    co_return std::nullopt;
}

// The others, without those that are moved.
runtime::task<std::vector<placed>> reorder_routes::read_others(user_id by, const move_request& wanted, list_query q) {
    auto others = co_await store_.orders(by, std::move(q));
    std::erase_if(others, [&](const placed& p) {
        return std::find(wanted.moved.begin(), wanted.moved.end(), p.id) != wanted.moved.end();
    });
    co_return others;
}

runtime::task<surroundings> reorder_routes::read_surroundings(user_id by, const move_request& wanted,
                                                              std::optional<placed> beside) {
    const auto limit = wanted.moved.size() + most_around;
    surroundings around;
    auto last = wanted.behind ? beside : std::nullopt;  // before the place
    if (!wanted.behind) {
        list_query q{.limit = wanted.moved.size() + 1, .sort = descending};
        if (beside) q.after = position_of(*beside, descending);
        const auto before = co_await read_others(by, wanted, std::move(q));
        if (!before.empty()) last = before.front();
    }
    if (wanted.behind || beside) {
        list_query q{.limit = limit, .sort = ascending};
        if (beside) q.after = position_of(*beside, ascending);
        around.behind = co_await read_others(by, wanted, std::move(q));
        around.all_behind = around.behind.size() < most_around;
        if (!wanted.behind) around.behind.insert(around.behind.begin(), *beside);
    }
    if (last && last->order) around.low = last->order;
    if (last && !last->order) co_await read_those_without(by, wanted, *last, around);
    co_return around;
}

// Those up to `last` that have no order, and the order of the one before them.
runtime::task<> reorder_routes::read_those_without(user_id by, const move_request& wanted, placed last,
                                                   surroundings& around) {
    const auto limit = wanted.moved.size() + most_writes_in_set;
    const auto before =
        co_await read_others(by, wanted, {.limit = limit, .after = position_of(last, descending), .sort = descending});
    around.before.push_back(last);
    for (const auto& p : before) {
        around.low = p.order;
        if (p.order) break;
        around.before.push_back(p);
    }
    std::reverse(around.before.begin(), around.before.end());
}

}  // namespace tidings::todo_be
