#include "runtime/batch_scheduling.hpp"

#include <sched.h>

#include <thread>

#include "support/catch.hpp"

using namespace tidings;

TEST_CASE("batch scheduling is inherited by new threads") {
    bool allowed = false;
    int parent = -1, child = -1;
    std::thread([&] {  // a separate thread: the test runner is unaffected
        allowed = runtime::schedule_as_batch();
        parent = ::sched_getscheduler(0);
        std::thread([&] { child = ::sched_getscheduler(0); }).join();
    })
        .join();
    CHECK(allowed);
    CHECK(parent == SCHED_BATCH);
    CHECK(child == SCHED_BATCH);
}
