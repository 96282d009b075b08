#include "http/client/lookup_queue.hpp"
#include "support/catch.hpp"

using namespace tidings::http::client;
using enum lookup_history;

namespace {

void add(lookup_queue& queue, lookup_history history, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        queue.add({std::to_string(i), history});
}

std::size_t take_all(lookup_queue& queue) {
    std::size_t taken = 0;
    while (queue.take())
        ++taken;
    return taken;
}

}  // namespace

TEST_CASE("lookups begin in the order in which they are asked for") {
    lookup_queue queue;
    add(queue, unknown, 3);
    for (const auto* expected : {"0", "1", "2"})
        CHECK(queue.take()->name == expected);
    CHECK_FALSE(queue.take());
}

TEST_CASE("names that were answered promptly go first, then new ones, slow ones, and those just found silent") {
    lookup_queue queue;
    for (const auto history : {silent, slow, unknown, prompt})
        queue.add({"x", history});
    for (const auto expected : {prompt, unknown, slow, silent})
        CHECK(queue.take()->history == expected);
}

TEST_CASE("a lookup is brief, but for names that have just got no answer in brief") {
    for (const auto history : {prompt, unknown, slow})
        CHECK(lookup_queue::lookup{"x", history}.brief());
    CHECK_FALSE(lookup_queue::lookup{"x", silent}.brief());
}

TEST_CASE("any number of slow names leaves places for others") {
    lookup_queue queue;
    add(queue, silent, 10'000);
    CHECK(take_all(queue) == 96);
    add(queue, slow, 10'000);
    CHECK(take_all(queue) == 64);
    add(queue, unknown, 10'000);
    CHECK(take_all(queue) == 64);
    add(queue, prompt, 10'000);
    CHECK(take_all(queue) == 32);
}

TEST_CASE("slow names take no place while new ones fill theirs, and there are never more places than 256") {
    lookup_queue queue;
    add(queue, unknown, 10'000);
    CHECK(take_all(queue) == 224);
    add(queue, slow, 10'000);
    add(queue, silent, 10'000);
    CHECK(take_all(queue) == 0);
    queue.ended(unknown);
    CHECK(queue.take()->history == unknown);
    add(queue, prompt, 10'000);
    CHECK(take_all(queue) == 32);
}

TEST_CASE("when a lookup has ended the next one begins") {
    lookup_queue queue;
    add(queue, slow, 200);
    take_all(queue);
    queue.ended(slow);
    CHECK(queue.take()->history == slow);
    CHECK_FALSE(queue.take());
}

TEST_CASE("with nothing else to do, prompt and unknown names may have more places") {
    lookup_queue queue;
    add(queue, unknown, 400);
    CHECK(take_all(queue) == 224);
    add(queue, prompt, 200);
    CHECK(take_all(queue) == 32);
    queue.ended(unknown);
    CHECK(queue.take()->history == prompt);
}
