#include "store/write/first_answers.hpp"

#include <array>
#include <utility>

#include "store/read/todo_rows.hpp"

namespace tidings::todo_be {

const pg::statement& first_answers() {
    static const pg::statement s{"first_answers", R"sql(
select asked.place, k.fingerprint = sha256(convert_to(asked.canonical, 'UTF8')), k.todo_id, k.answer
from unnest($1::text[], $2::text[]) with ordinality as asked (key, canonical, place)
join idempotency_keys k on k.key = asked.key)sql"};
    return s;
}

pg::parameters parameters_of(std::span<const idempotency* const> asked) {
    std::vector<std::string_view> keys;
    std::vector<std::string_view> requests;
    for (const auto* a : asked) {
        keys.push_back(a->key);
        requests.push_back(a->request);
    }
    pg::parameters p;
    p.texts(keys).texts(requests);
    return p;
}

std::vector<std::optional<kept_answer>> kept_answers(const pg::rows& found, std::size_t asked) {
    std::vector<std::optional<kept_answer>> kept(asked);
    for (std::size_t i = 0; i < found.size(); ++i) {
        kept.at(static_cast<std::size_t>(found.integer(i, 0)) - 1) =
            kept_answer{found.boolean(i, 1), {read_uuid(found, i, 2), std::string(found.text(i, 3))}};
    }
    return kept;
}

runtime::task<std::vector<std::optional<kept_answer>>> read_first_answers(pg::connection& connection,
                                                                          std::span<const idempotency* const> asked) {
    co_return kept_answers(co_await connection.query(first_answers(), parameters_of(asked)), asked.size());
}

// A key of a client is one line that is not empty, and what an import makes of it begins so.
std::string key_of(const request_context& context, const std::string& key) {
    const auto by = asker_of(context), owner = owner_of(context);
    if (owner != by) return '\n' + std::to_string(owner.value) + '\n' + std::to_string(by.value) + '\n' + key;
    return by == default_user ? key : '\n' + std::to_string(by.value) + '\n' + key;
}

std::string claim_key(std::size_t first, std::string_view condition) {
    const auto parameter = [&](std::size_t i) { return '$' + std::to_string(first + i); };
    return "claimed as (\n  insert into idempotency_keys (key, fingerprint, todo_id, answer)\n"
           "  select key, sha256(convert_to(request, 'UTF8')), todo_id, answer\n  from unnest(" +
           parameter(0) + "::text[], " + parameter(1) + "::text[], " + parameter(2) + "::text[], " + parameter(3) +
           "::uuid[]) as k (key, request, answer, todo_id)\n  where " + std::string(condition) +
           "\n  on conflict (key) do nothing\n  returning key\n)";
}

// Each parameter is an array of one element, or of none without a key.
void append_key(pg::parameters& p, const std::optional<idempotency>& once, std::span<const write_result> results) {
    std::vector<std::string_view> key, request, answer;
    std::vector<std::array<std::uint8_t, 16>> todo;
    std::string text;
    if (once) {
        text = once->answer(results);
        key.push_back(once->key);
        request.push_back(once->request);
        answer.push_back(text);
        const auto* const first = results.empty() || !results.front() ? nullptr : &*results.front();
        todo.push_back(first == nullptr ? ids::uuid().bytes() : first->state.id.bytes());
    }
    p.texts(key).texts(request).texts(answer).uuids(todo);
}

runtime::task<bool> settle_repeated(pg::connection& connection, queued_write& w,
                                    const std::optional<idempotency>& once) {
    if (!once) co_return false;
    const idempotency* const asked[] = {&*once};
    auto kept = co_await read_first_answers(connection, asked);
    if (kept.front()) settle_kept(w, std::move(*kept.front()));
    co_return w.settled();
}

void settle_kept(queued_write& w, kept_answer kept) {
    if (kept.same_request) {
        w.outcome = std::move(kept.answer);
    } else {
        w.outcome = make_error_code(errc::idempotency_key_reused);
    }
}

}  // namespace tidings::todo_be
