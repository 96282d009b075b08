#include "domain/reorder.hpp"

#include <algorithm>
#include <cmath>

#include "support/catch.hpp"

using namespace tidings::todo_be;
using tidings::ids::uuid;

namespace {

using orders = std::vector<std::optional<double>>;
constexpr std::optional<double> none;

std::vector<placed> with(const orders& of) {
    std::vector<placed> made;
    for (const auto& order : of)
        made.push_back({uuid::v7(), order});
    return made;
}

struct move_case {
    const char* what;
    orders moved;
    std::optional<double> low;
    orders before, behind;
    std::vector<double> changed;  // the new orders, in the order of the list
};

const double smallest_step = std::nextafter(5.0, 6.0);

}  // namespace

TEST_CASE("a move changes as few orders as possible") {
    const move_case cases[] = {
        {"between two", {9}, 1, {}, {2}, {1.5}},
        {"several between two", {9, none}, 1, {}, {4}, {2, 3}},
        {"to the beginning", {9}, none, {}, {4}, {2}},
        {"to the end", {1}, 7.5, {}, {}, {8}},
        {"the only one", {none}, none, {}, {}, {1}},
        {"before those without an order", {none, 3}, 7, {}, {none, none}, {8, 9}},
        {"where it is already", {1.5}, 1, {}, {2}, {}},
        {"one of several is not in its place", {1.5, 1.25, 1.75}, 1, {}, {2}, {1.125}},
        {"behind some without an order", {none}, 3, {none, none}, {none}, {4, 5, 6}},
        {"no room between equal ones", {9}, 5, {}, {5, 5, 6}, {5.25, 5.5, 5.75}},
        {"no room for another step", {9}, 5, {}, {smallest_step, 8}, {6, 7}},
        {"no room before the first", {9}, none, {}, {0, 3}, {1, 2}},
        {"the last place that there is", {1}, 9'007'199'254'740'990, {}, {}, {9'007'199'254'740'991}},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        const auto changed = reorder(with(c.moved), {c.low, with(c.before), with(c.behind)});
        REQUIRE(changed);
        std::vector<double> found;
        for (const auto& t : *changed)
            found.push_back(*t.order);
        CHECK(found == c.changed);
    }
}

TEST_CASE("who is moved has the order that is asked for, whatever there was") {
    const auto moved = with({9, 5, none, 5, 5.5});
    const surroundings around{5, {}, with({5, 5, smallest_step, 5.5, 6, 6, none})};
    const auto changed = reorder(moved, around);
    REQUIRE(changed);
    double last = 5;
    auto all = moved;
    all.insert(all.end(), around.behind.begin(), around.behind.begin() + 5);
    for (const auto& t : all) {
        const auto now = std::find_if(changed->begin(), changed->end(), [&](const placed& c) { return c.id == t.id; });
        const auto order = now == changed->end() ? t.order : now->order;
        INFO(*order);
        CHECK(*order > last);
        last = *order;
    }
}

TEST_CASE("a move is refused when there is no room, or more would have to be known") {
    CHECK_FALSE(reorder(with({9, 9}), {9'007'199'254'740'990, {}, {}}));
    CHECK_FALSE(reorder(with({9}), {5, {}, with({5, 5}), false}));
    CHECK(reorder(with({9}), {5, {}, with({5, 5}), true}));
}
