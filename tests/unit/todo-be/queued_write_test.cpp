#include "store/write/queued_write.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

std::size_t bytes_of_set(write_set set) { return bytes_of(write_request(queued_set{.what = std::move(set)})); }

std::size_t bytes_of_change(change_todo c) { return bytes_of(write_request(queued_change{std::move(c), {}})); }

}  // namespace

TEST_CASE("what a waiting write holds is counted, each operation of a set by itself") {
    todo_fields large;
    large.title = std::string(100, 't');
    large.notes = std::string(8'000, 'n');
    for (int i = 0; i < 20; ++i)
        large.labels.emplace_back(40, 'l');
    const auto one = bytes_of_set({create_todo{large}});
    CHECK(one > 8'000 + 100 + 20 * 40);
    CHECK(bytes_of_set({create_todo{large}, create_todo{large}}) > 2 * (8'000 + 100 + 20 * 40));
    CHECK(bytes_of_set(write_set(1'000, remove_todo{})) > 1'000 * sizeof(write_set::value_type) / 2);
    CHECK(bytes_of_change({.patch = {.labels = large.labels}}) > 20 * 40);
    CHECK(bytes_of_change({.patch = {.title = std::string(100, 't')}}) > 100);
    CHECK(bytes_of_change({.computed_bytes = 60'000}) > 60'000);
}
