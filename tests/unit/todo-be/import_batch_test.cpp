// Which rows of a file share a commit, and in which order an export goes.
#include "api/exchange/import_batch.hpp"

#include "api/exchange/export_walk.hpp"
#include "api/exchange/file_format.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

import_row row(std::optional<ids::uuid> id, std::optional<ids::uuid> parent = std::nullopt) {
    import_row made{.id = id};
    made.what.fields.title = "x";
    made.what.fields.parent = parent;
    return made;
}

std::optional<ids::uuid> parent_in(const write_set& set, std::size_t at) {
    return std::get<create_todo>(set.at(at)).fields.parent;
}

}  // namespace

TEST_CASE("a subtask waits until its parent has an id, and then has it") {
    import_batch batch;
    const auto in_file = ids::uuid::v7();
    const auto made = ids::uuid::v7();
    batch.add(row(in_file));
    CHECK_FALSE(batch.is_full_for(row(std::nullopt)));
    CHECK(batch.is_full_for(row(std::nullopt, in_file)));
    batch.settle({made});
    CHECK(batch.empty());
    CHECK(batch.knows(in_file));
    CHECK_FALSE(batch.is_full_for(row(std::nullopt, in_file)));
    const auto other = ids::uuid::v7();
    batch.add(row(std::nullopt, in_file));
    batch.add(row(std::nullopt, other));
    const auto set = batch.writes(0, 2);
    CHECK(parent_in(set, 0) == made);
    CHECK(parent_in(set, 1) == other);
}

TEST_CASE("a commit has at most a thousand rows, a megabyte and fifteen families") {
    import_batch rows;
    for (std::size_t i = 0; i < most_writes_in_set; ++i) {
        CHECK_FALSE(rows.is_full_for(row(std::nullopt)));
        rows.add(row(std::nullopt));
    }
    CHECK(rows.is_full_for(row(std::nullopt)));
    import_batch bytes;
    auto large = row(std::nullopt);
    large.what.fields.notes = std::string(8'192, 'x');
    std::size_t count = 0;
    for (; !bytes.is_full_for(large); ++count)
        bytes.add(large);
    CHECK(count == 122);
    import_batch families;
    for (count = 0; !families.is_full_for(row(std::nullopt, ids::uuid::v7())); ++count)
        families.add(row(std::nullopt, ids::uuid::v7()));
    CHECK(count == 15);
}

TEST_CASE("only the latest parents of a file are known") {
    import_batch batch;
    const auto first = ids::uuid::v7();
    batch.add(row(first));
    batch.settle({ids::uuid::v7()});
    for (std::size_t i = 0; i < most_parents_known; ++i) {
        batch.add(row(ids::uuid::v7()));
        batch.settle({ids::uuid::v7()});
    }
    CHECK_FALSE(batch.knows(first));
}

TEST_CASE("an export of everything has subtasks behind their parents") {
    export_walk walk({.sort = {sort_key::created, false}}, true);
    REQUIRE(walk.next());
    CHECK(walk.next()->top_level);
    todo_page page{.items = {todo{}, todo{}}, .more = true};
    page.items[0].id = ids::uuid::v7();
    page.items[0].adoptions = 1;
    page.items[1].id = ids::uuid::v7();
    walk.read(page);
    REQUIRE(walk.next());
    CHECK(walk.next()->parents == std::vector{page.items[0].id});
    CHECK_FALSE(walk.next()->top_level);
    walk.read({.items = {todo{}}, .more = false});
    REQUIRE(walk.next());
    CHECK(walk.next()->after->id == page.items[1].id);
    walk.read({});
    CHECK_FALSE(walk.next());
}

TEST_CASE("the format of an export is the first that Accept names") {
    CHECK(format_accepted("") == file_format::json);
    CHECK(format_accepted("*/*") == file_format::json);
    CHECK(format_accepted("text/html, Text/CSV;q=0.9, text/calendar") == file_format::csv);
    CHECK(format_of_body("text/csv; charset=utf-8") == file_format::csv);
    CHECK_FALSE(format_of_body("text/csv; charset=utf-16"));
    CHECK_FALSE(format_of_body("text/html"));
}
