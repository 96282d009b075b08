#include "domain/read_ahead.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("who has much to send asks for nothing, whatever comes free") {
    CHECK(read_ahead(256, 255, 1) == 0);
    CHECK(read_ahead(256, 128, 100) == 0);
}

TEST_CASE("who has sent half of it asks for all that there is room for") {
    CHECK(read_ahead(256, 127, 129) == 129);
    CHECK(read_ahead(256, 0, 256) == 256);
}

TEST_CASE("no more is asked for than at a time") { CHECK(read_ahead(8, 3, 250) == 8); }

TEST_CASE("events that hang leave the others what room there is") { CHECK(read_ahead(256, 0, 1) == 1); }

TEST_CASE("one at a time is one after the other") {
    CHECK(read_ahead(1, 0, 1) == 1);
    CHECK(read_ahead(1, 1, 0) == 0);
}

TEST_CASE("few events, or such that are far apart, are fetched one by one, and many that are close together are read") {
    CHECK_FALSE(fetched_singly(0, 0, false));
    CHECK(fetched_singly(1, 1, false));
    CHECK(fetched_singly(8, 8, false));
    CHECK_FALSE(fetched_singly(16, 16, false));
    CHECK(fetched_singly(16, 256, false));
    CHECK(fetched_singly(16, 160'000, false));
    CHECK_FALSE(fetched_singly(17, 160'000, false));
}

TEST_CASE("few events that are to be read again are left to the reader that more of the stream needs") {
    CHECK_FALSE(fetched_singly(1, 1, true));
    CHECK_FALSE(fetched_singly(8, 8, true));
    CHECK(fetched_singly(1, 32, true));
    CHECK(fetched_singly(8, 256, true));
    CHECK_FALSE(fetched_singly(17, 160'000, true));
}
