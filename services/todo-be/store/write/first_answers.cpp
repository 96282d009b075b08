#include "store/write/first_answers.hpp"

#include <utility>

#include "store/read/todo_rows.hpp"

namespace tidings::todo_be {

namespace {

const pg::statement first_answers{"first_answers", R"sql(
select asked.place, k.fingerprint = sha256(convert_to(asked.canonical, 'UTF8')), k.todo_id, k.answer
from unnest($1::text[], $2::text[]) with ordinality as asked (key, canonical, place)
join idempotency_keys k on k.key = asked.key)sql"};

}  // namespace

runtime::task<std::vector<std::optional<kept_answer>>> read_first_answers(pg::connection& connection,
                                                                          std::span<const idempotency* const> asked) {
    std::vector<std::string_view> keys;
    std::vector<std::string_view> requests;
    for (const auto* a : asked) {
        keys.push_back(a->key);
        requests.push_back(a->request);
    }
    const auto rows = co_await connection.query(first_answers, pg::parameters().texts(keys).texts(requests));
    std::vector<std::optional<kept_answer>> kept(asked.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        kept.at(static_cast<std::size_t>(rows.integer(i, 0)) - 1) =
            kept_answer{rows.boolean(i, 1), {read_uuid(rows, i, 2), std::string(rows.text(i, 3))}};
    }
    co_return kept;
}

void settle_kept(queued_write& w, kept_answer kept) {
    if (kept.same_request) {
        w.outcome = std::move(kept.answer);
    } else {
        w.outcome = make_error_code(errc::idempotency_key_reused);
    }
}

}  // namespace tidings::todo_be
