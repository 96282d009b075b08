#include "text/place.hpp"

#include "support/catch.hpp"

using namespace tidings::text;

TEST_CASE("a place is told by line and column, in characters and from 1") {
    CHECK(place_in("", 0) == "line 1, column 1");
    CHECK(place_in("abc", 2) == "line 1, column 3");
    CHECK(place_in("a\nbc\n", 3) == "line 2, column 2");
    CHECK(place_in("a\nbc\n", 5) == "line 3, column 1");
    CHECK(place_in("\u00e9\u20ac!", 5) == "line 1, column 3");
    CHECK(place_in("abc", 99) == "line 1, column 4");
}
