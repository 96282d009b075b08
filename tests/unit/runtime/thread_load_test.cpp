#include "runtime/thread_load.hpp"

#include <sched.h>

#include <atomic>
#include <thread>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace tidings::runtime;

namespace {

void work_for(duration d) {
    for (const auto until = now() + d; now() < until;) {
    }
}

double load_of(duration work, duration rest) {
    thread_load load;
    load.since_last();
    work_for(work);
    std::this_thread::sleep_for(rest);
    return load.since_last();
}

}  // namespace

TEST_CASE("a thread that works all the time has full load, one that waits has not") {
    CHECK(load_of(100ms, 0ms) > 0.9);
    CHECK(load_of(20ms, 200ms) < 0.8);
}

TEST_CASE("a thread that works all the time has full load, also when it shares its core") {
    std::atomic<bool> done = false;
    std::thread other;
    double load = 0;
    std::thread both([&] {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(::sched_getcpu(), &one);
        REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);  // of this thread, and those that it starts
        other = std::thread([&] {
            while (!done) {
            }
        });
        load = load_of(300ms, 0ms);
        done = true;
    });
    both.join();
    other.join();
    CHECK(load > 0.9);
}
