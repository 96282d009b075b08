#include "domain/recently_done.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("a finished message is recognised until many others have finished") {
    recently_done done;
    CHECK_FALSE(done.contains(1, 100));
    done.add(1, 100);
    CHECK(done.contains(1, 100));
    CHECK_FALSE(done.contains(2, 100));
    for (std::uint64_t s = 2; s <= 2'048; ++s)
        done.add(s, 100);
    CHECK(done.contains(1, 100));
    done.add(2'049, 100);
    CHECK_FALSE(done.contains(1, 100));
}

TEST_CASE("the same sequence of a recreated stream is another message") {
    recently_done done;
    done.add(7, 100);
    CHECK_FALSE(done.contains(7, 200));
}
