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

TEST_CASE("names that were answered promptly go first, those that were slow last") {
    lookup_queue queue;
    for (const auto history : {slow, unknown, prompt})
        queue.add({"x", history});
    for (const auto expected : {prompt, unknown, slow})
        CHECK(queue.take()->history == expected);
}

TEST_CASE("any number of slow names leaves places for others") {
    lookup_queue queue;
    add(queue, slow, 10'000);
    CHECK(take_all(queue) == 128);
    add(queue, unknown, 10'000);
    CHECK(take_all(queue) == 96);
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
