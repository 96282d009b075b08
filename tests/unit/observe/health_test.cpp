#include "observe/health.hpp"

#include <stdexcept>

#include "support/catch.hpp"

using namespace tidings::observe;

namespace {

check_result good() { return {}; }
check_result bad() { return {false, "connection refused"}; }
check_result broken() { throw std::runtime_error("no state"); }

}  // namespace

TEST_CASE("a service without checks is ready") {
    const health h;
    CHECK(h.ready());
    CHECK(h.verbose() == "readyz check passed\n");
}

TEST_CASE("one failed check makes the service unready and is reported") {
    health h;
    h.add("postgresql", bad);
    h.add("migrations", good);
    CHECK_FALSE(h.ready());
    CHECK(h.verbose() == "[-]postgresql failed: connection refused\n[+]migrations ok\nreadyz check failed\n");
}

TEST_CASE("a note never makes the service unready") {
    health h;
    h.add("postgresql", good);
    h.add_note("nats", bad);
    CHECK(h.ready());
    CHECK(h.verbose() == "[+]postgresql ok\n[!]nats: connection refused\nreadyz check passed\n");
}

TEST_CASE("a check that is ok may still have a message") {
    health h;
    h.add_note("nats", [] { return check_result{true, "mode core, at most once"}; });
    CHECK(h.verbose() == "[+]nats: mode core, at most once\nreadyz check passed\n");
}

TEST_CASE("a check that throws has failed") {
    health h;
    h.add("postgresql", broken);
    CHECK_FALSE(h.ready());
    CHECK(h.verbose() == "[-]postgresql failed: no state\nreadyz check failed\n");
}

TEST_CASE("checks are evaluated each time") {
    bool up = false;
    health h;
    h.add("postgresql", [&up] { return check_result{up, "away"}; });
    CHECK_FALSE(h.ready());
    up = true;
    CHECK(h.ready());
}

TEST_CASE("a stopping service is not ready, whatever its checks say") {
    health h;
    h.add("postgresql", good);
    h.stopping();
    CHECK_FALSE(h.ready());
    CHECK(h.verbose() == "[+]postgresql ok\n[-]shutdown failed: stopping\nreadyz check failed\n");
}
