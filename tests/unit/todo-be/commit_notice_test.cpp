#include "store/write/commit_notice.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

queued_write created(std::int64_t seq) {
    queued_write w(queued_create{});
    todo_event e{.id = ids::uuid::v7(), .todo_id = ids::uuid::v7(), .type = type_of(change::created), .payload = "{}"};
    w.outcome = committed_write{{}, {seq, std::move(e)}};
    return w;
}

queued_write changed() {
    queued_write w(queued_change{});
    w.outcome = committed_write{{}, {7, {}}};
    return w;
}

queued_write settled(write_outcome outcome) {
    queued_write w(queued_change{});
    w.outcome = std::move(outcome);
    return w;
}

std::optional<commit_notice> notice_of(std::vector<queued_write> writes) {
    std::vector<queued_write*> tried;
    for (auto& w : writes)
        tried.push_back(&w);
    return take_notice(tried);
}

}  // namespace

TEST_CASE("first events go to the relay with their outbox position") {
    const auto n = notice_of({created(3), created(4)});
    REQUIRE(n);
    REQUIRE(n->created.size() == 2);
    CHECK(n->created[0].seq == 3);
    CHECK(n->created[1].seq == 4);
    CHECK(n->created[0].payload == "{}");
    CHECK(n->created[0].type == "io.tidings.todo.created.v1");
    CHECK_FALSE(n->others);
    CHECK(n->rows == 2);
}

TEST_CASE("later events are only announced: the outbox keeps their order") {
    const auto n = notice_of({changed()});
    REQUIRE(n);
    CHECK(n->created.empty());
    CHECK(n->others);
    CHECK(n->rows == 1);
}

TEST_CASE("a statement that wrote nothing is not announced") {
    CHECK_FALSE(notice_of({settled(unchanged{}), settled(make_error_code(errc::not_found)), settled({})}));
    CHECK_FALSE(notice_of({settled(committed_set{{}, 0})}));
}

TEST_CASE("a set is announced once, by its events") {
    const auto n = notice_of({settled(committed_set{{}, 5})});
    REQUIRE(n);
    CHECK(n->others);
    CHECK(n->rows == 1);
}

TEST_CASE("a repeated first result may be another replica's commit and makes earlier reads stale") {
    const auto n = notice_of({settled(first_answer{})});
    REQUIRE(n);
    CHECK(n->rows == 0);
    CHECK_FALSE(n->others);
}
