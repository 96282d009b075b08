#include "store/write/batch_plan.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

todo with_id(const ids::uuid& id) {
    todo t;
    t.id = id;
    return t;
}

write_request create(const ids::uuid& id) { return queued_create{with_id(id), {}}; }
write_request create_once(const ids::uuid& id) { return queued_create_once{with_id(id), {}, {}, {}}; }
write_request change_of(const ids::uuid& id) { return queued_change{{id, {}, {}}, {}}; }
write_request removal(const ids::uuid& id) { return queued_remove{{id, {}}, {}}; }
write_request set() { return queued_set{}; }
write_request restoration() { return queued_restore{}; }

std::size_t batch_size(const std::vector<write_request>& waiting) {
    batch_plan plan;
    for (const auto& w : waiting) {
        if (!plan.take(w)) break;
    }
    return plan.size();
}

}  // namespace

TEST_CASE("a batch is the longest run of one kind without a repeated to-do") {
    const auto a = ids::uuid::v7();
    const auto b = ids::uuid::v7();
    struct plan_case {
        const char* what;
        std::vector<write_request> waiting;
        std::size_t expected;
    };
    const plan_case cases[] = {
        {"nothing waits", {}, 0},
        {"one", {create(a)}, 1},
        {"creates together", {create(a), create(b)}, 2},
        {"another kind waits for the next statement", {create(a), change_of(b), create(b)}, 1},
        {"creates with and without a key", {create(a), create_once(b)}, 1},
        {"updates of two to-dos", {change_of(a), change_of(b)}, 2},
        {"two updates of one to-do", {change_of(a), change_of(b), change_of(a)}, 2},
        {"an update and a removal", {change_of(a), removal(a)}, 1},
        {"two removals of one to-do", {removal(a), removal(a)}, 1},
        {"a set goes alone", {set(), set()}, 1},
        {"so does a restoration", {restoration(), restoration()}, 1},
        {"more than a statement takes", std::vector<write_request>(most_rows + 10, create(a)), most_rows},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        CHECK(batch_size(c.waiting) == c.expected);
    }
}

TEST_CASE("a batch ends with the write that makes it large") {
    batch_plan plan;
    CHECK(plan.take(create(ids::uuid::v7()), most_bytes - 1));
    CHECK(plan.take(create(ids::uuid::v7()), 10 * most_bytes));
    CHECK_FALSE(plan.take(create(ids::uuid::v7()), 1));
    CHECK(plan.size() == 2);
}

TEST_CASE("what waits is as large as its texts") {
    todo_fields large;
    large.notes.assign(longest_notes, 'n');
    const auto id = ids::uuid::v7();
    const write_request writes[] = {
        queued_create{{.id = id, .fields = large}, {}},
        queued_change{{id, {.notes = large.notes}, {}}, {}},
        queued_set{{create_todo{large}, remove_todo{id, {}}}, set_mode::whole, {}, std::nullopt},
    };
    for (const auto& w : writes) {
        CHECK(bytes_of(w) >= longest_notes);
        CHECK(bytes_of(w) < 2 * longest_notes);
    }
    CHECK(bytes_of(removal(id)) > 0);
}

TEST_CASE("after a statement the queue waits briefly for the clients it has served") {
    struct patience_case {
        const char* what;
        std::size_t waiting, answered;
        runtime::duration took;
        std::size_t writes;  // 0: no waiting
        runtime::duration limit;
    };
    const patience_case cases[] = {
        {"nothing waits: the queue sleeps until a write comes", 0, 10, 4ms, 0, 0ms},
        {"some wait: for as many as were answered", 3, 10, 2ms, 13, 500us},
        {"a slow commit", 3, 10, 100ms, 13, 1ms},
        {"never for more than a statement takes", 40, 60, 2ms, most_rows, 500us},
        {"a full statement waits already", most_rows, 10, 2ms, 0, 0ms},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        const auto p = patience_after(c.waiting, c.answered, c.took);
        CHECK(p.has_value() == (c.writes > 0));
        if (!p) continue;
        CHECK(p->writes == c.writes);
        CHECK(p->limit == c.limit);
    }
}
