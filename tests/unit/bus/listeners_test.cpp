#include "bus/connection/listeners.hpp"

#include "support/catch.hpp"

using namespace tidings::bus;

TEST_CASE("listeners: all are called, in order") {
    listeners l;
    std::string called;
    l.add([&] { called += 'a'; });
    l.add([&] { called += 'b'; });
    l.notify();
    l.notify();
    CHECK(called == "abab");
}

TEST_CASE("listeners: a bound one ends with its object") {
    listeners l;
    std::string called;
    auto owner = std::make_shared<int>();
    l.add(owner, [&] { called += 'a'; });
    l.notify();
    owner.reset();
    l.notify();
    CHECK(called == "a");
}

TEST_CASE("listeners: adding one behind an ended one during a call hides none") {
    listeners l;
    std::string called;
    const auto alive = std::make_shared<int>();
    auto ended = std::make_shared<int>();
    l.add(ended, [&] { called += 'x'; });
    l.add(alive, [&] {
        called += 'a';
        if (called == "a") l.add(alive, [&] { called += 'c'; });
    });
    l.add(alive, [&] { called += 'b'; });
    ended.reset();
    l.notify();
    CHECK(called == "abc");
}

TEST_CASE("listeners: a call may clear the list") {
    listeners l;
    int calls = 0;
    l.add([&] {
        ++calls;
        l.clear();
    });
    l.add([&] { ++calls; });
    l.notify();
    l.notify();
    CHECK(calls == 1);
}
