#include "domain/key_lanes.hpp"

#include <random>

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const key_lanes::time_point t0{1000s};
using next = std::optional<std::uint64_t>;

}  // namespace

TEST_CASE("different keys are delivered in parallel, each key in order") {
    key_lanes l;
    l.add(1, "a");
    l.add(2, "a");
    l.add(3, "b");
    CHECK(l.ready() == 2);
    CHECK(l.take(t0) == next(1));
    CHECK(l.take(t0) == next(3));
    CHECK(l.take(t0) == std::nullopt);
    CHECK(l.ready() == 0);
    l.finish(1, "a");
    CHECK(l.ready() == 1);
    CHECK(l.take(t0) == next(2));
}

TEST_CASE("an event that waits for its retry blocks only its own key") {
    key_lanes l;
    l.add(1, "a");
    l.add(2, "a");
    l.add(3, "b");
    REQUIRE(l.take(t0) == next(1));
    l.put_back(1, t0 + 5s);
    CHECK(l.take(t0) == next(3));
    l.finish(3, "b");
    CHECK(l.take(t0 + 4s) == std::nullopt);
    CHECK(l.next_due() == std::optional(t0 + 5s));
    CHECK(l.take(t0 + 5s) == next(1));
    l.finish(1, "a");
    CHECK(l.take(t0 + 5s) == next(2));
}

TEST_CASE("an event without a key has a lane of its own, and the lowest starts first") {
    key_lanes l;
    for (const std::uint64_t s : {3, 1, 2})
        l.add(s, "");
    CHECK(l.take(t0) == next(1));
    l.put_back(1, t0 + 1s);
    CHECK(l.take(t0) == next(2));
    l.finish(2, "");
    CHECK(l.take(t0) == next(3));
    CHECK(l.take(t0) == std::nullopt);
    CHECK(l.take(t0 + 1s) == next(1));
}

TEST_CASE("whatever fails, each key's events start in order and none is lost") {
    std::mt19937 chance(7);  // NOLINT(cert-msc51-cpp): a fixed seed repeats a failure
    key_lanes l;
    std::map<std::uint64_t, std::string> key_of;
    std::map<std::string, std::uint64_t> finished_up_to;
    std::vector<std::uint64_t> under_way;
    std::uint64_t added = 0;
    std::size_t finished = 0;
    auto now = t0;
    while (finished < 2000) {
        if (added < 2000 && added - finished < 100) {
            key_of[++added] = std::to_string(chance() % 7);
            l.add(added, key_of[added]);
        }
        now += 1ms;
        if (const auto s = l.take(now)) {
            for (const auto other : under_way)
                REQUIRE(key_of[other] != key_of[*s]);
            REQUIRE(*s > finished_up_to[key_of[*s]]);
            under_way.push_back(*s);
        }
        if (under_way.empty() || chance() % 2 == 0) continue;
        const auto which = under_way.begin() + static_cast<std::ptrdiff_t>(chance() % under_way.size());
        if (chance() % 4 == 0) {
            l.put_back(*which, now + std::chrono::milliseconds(chance() % 20));
        } else {
            finished_up_to[key_of[*which]] = *which;
            l.finish(*which, key_of[*which]);
            ++finished;
        }
        under_way.erase(which);
    }
    CHECK(l.take(now + 1s) == std::nullopt);
    for (const auto& [sequence, key] : key_of)
        CHECK_FALSE(l.has(key));
}
