#include "delivery/hands.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "delivery/attempt_slots.hpp"
#include "delivery/parcel.hpp"
#include "delivery/reader_seats.hpp"
#include "delivery/write_gate.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

TEST_CASE("hands: what is held counts as long as it is there, wherever it is moved") {
    const hands h;
    {
        auto a = h.hold(1'000);
        auto b = std::move(a);
        CHECK(h.held() == 1'000);
        b = h.hold(10);
        CHECK(h.held() == 10);
    }
    CHECK(h.held() == 0);
}

TEST_CASE("hands: endpoints that read alone, and retries, leave room to the others") {
    const hands h;
    const auto hanging = h.hold(hands::most_alone / 2, hands::taken::alone);
    CHECK_FALSE(h.room_alone(true));
    CHECK(h.room_alone(false));
    const auto alone = h.hold(hands::most_alone / 2, hands::taken::alone);
    const auto retried = h.hold(hands::most_retried, hands::taken::retried);
    CHECK_FALSE(h.room_alone(false));
    CHECK_FALSE(h.room_retried());
    CHECK(h.room_shared());
    const auto rest = h.hold(hands::most - h.held());
    CHECK_FALSE(h.room_shared());
}

TEST_CASE("hands: any number of endpoints that take what they may leave room to one more") {
    const hands h;
    std::vector<in_hand_share> held;
    std::vector<std::size_t> of_endpoint(1'000);
    for (int round = 0; round < 100; ++round)
        for (auto& own : of_endpoint)
            if (own < h.share()) {
                held.push_back(h.hold(2'000));
                own += 2'000;
            }
    CHECK(h.held() < hands::most);
    CHECK(h.share() > 2'000);
}

TEST_CASE("hands: a large event is found while somebody holds it") {
    hands h;
    auto e = std::make_shared<event>();
    e->incarnation = 7;
    e->sequence = 9;
    h.remember(e);
    CHECK(h.find({7, 9}) == e);
    CHECK(h.find({7, 8}) == nullptr);
    CHECK(h.find({8, 9}) == nullptr);
    e.reset();
    CHECK(h.find({7, 9}) == nullptr);
}

TEST_CASE("attempts: each endpoint may have one, and those that hang leave connections to the others") {
    attempt_slots slots(100);
    std::vector<int> own(200);
    for (int round = 0; round < 50; ++round)
        for (auto& n : own)
            if (n < 32 && slots.free(static_cast<std::size_t>(n))) {
                slots.begin();
                ++n;
            }
    CHECK(*std::min_element(own.begin(), own.end()) == 1);
    CHECK(slots.under_way() <= 225);
    for (; slots.under_way() > 0;)
        slots.end();
    CHECK(slots.free(24));
    CHECK_FALSE(slots.free(25));
}

TEST_CASE("writes: what does not fit waits its turn, and one that is too large goes alone") {
    write_gate g;
    std::vector<int> gone;
    std::vector<write_gate::pass> passes;
    const auto alive = std::make_shared<int>();
    const auto enter = [&](int n, std::size_t bytes) {
        g.enter(bytes, alive, [&, n](write_gate::pass p) {
            gone.push_back(n);
            passes.push_back(std::move(p));
        });
    };
    enter(1, write_gate::most * 2);
    enter(2, 10);
    enter(3, write_gate::most);
    enter(4, 10);
    CHECK(gone == std::vector{1});
    std::exchange(passes, {}).clear();
    CHECK(gone == std::vector{1, 2});
    std::exchange(passes, {}).clear();
    CHECK(gone == std::vector{1, 2, 3});
    CHECK(g.waiting() == 1);
    std::exchange(passes, {}).clear();
    CHECK(gone == std::vector{1, 2, 3, 4});
}

TEST_CASE("writes: who has gone meanwhile is passed over") {
    write_gate g;
    auto alive = std::make_shared<int>();
    write_gate::pass first;
    int others = 0;
    g.enter(write_gate::most, alive, [&](write_gate::pass p) { first = std::move(p); });
    g.enter(10, alive, [&](const write_gate::pass&) { ++others; });
    alive.reset();
    first.reset();
    CHECK(others == 0);
    CHECK(g.waiting() == 0);
}

TEST_CASE("seats: who waits gets the next one, in the order in which they began to ask") {
    reader_seats s;
    const auto t = reader_seats::time_point{} + 1h;
    std::vector<reader_seats::seat> taken;
    std::vector<char> who(reader_seats::most + 3);
    for (std::size_t i = 0; i < reader_seats::most; ++i)
        taken.push_back(s.take(&who[i], false, t));
    CHECK(std::ranges::none_of(taken, [](const auto& one) { return one == nullptr; }));
    CHECK_FALSE(s.wanted(t, t + 1h));
    CHECK(s.take(&who[8], false, t) == nullptr);
    CHECK(s.take(&who[9], false, t) == nullptr);
    CHECK_FALSE(s.wanted(t, t + 1ms));
    CHECK(s.wanted(t, t + reader_seats::turn));
    taken.pop_back();
    CHECK(s.take(&who[9], false, t + 10ms) == nullptr);  // not before the one that asked first
    const auto next = s.take(&who[8], false, t + 20ms);
    CHECK(next != nullptr);
    taken.pop_back();
    CHECK(s.take(&who[10], false, t + 30ms) == nullptr);
    CHECK(s.take(&who[10], false, t + 2s) != nullptr);  // the other one asks no more
}

TEST_CASE("seats: those that are late leave half of them, and the next one, to those that are not") {
    reader_seats s;
    const auto t = reader_seats::time_point{} + 1h;
    std::vector<reader_seats::seat> taken;
    std::vector<char> who(reader_seats::most + 4);
    for (std::size_t i = 0; i < reader_seats::most / 2; ++i)
        taken.push_back(s.take(&who[i], true, t));
    CHECK(std::ranges::none_of(taken, [](const auto& one) { return one == nullptr; }));
    CHECK(s.take(&who[8], true, t) == nullptr);
    auto prompt = s.take(&who[9], false, t);
    CHECK(prompt != nullptr);
    taken.pop_back();
    CHECK(s.take(&who[8], true, t) == nullptr);
    prompt.reset();
    CHECK(s.take(&who[8], false, t) != nullptr);  // late no more
}

TEST_CASE("parcels: one that is used again keeps the memory of its head, and of no other text") {
    parcel_store s;
    auto p = s.take({});
    p->key = p->last_error = std::string(100'000, 'k');
    p->head = std::string(1'000, 'h');
    s.give_back(std::move(p));
    const auto again = s.take({});
    CHECK(again->head.capacity() >= 1'000);
    CHECK(again->key.capacity() < 100);
    CHECK(again->last_error.capacity() < 100);
}
