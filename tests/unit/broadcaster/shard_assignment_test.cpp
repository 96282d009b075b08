#include "domain/shard_assignment.hpp"

#include <algorithm>
#include <random>

#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

std::vector<std::string> replicas(std::size_t n) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < n; ++i)
        names.push_back("replica-" + std::to_string(i));
    return names;
}

std::vector<std::string> owners(const std::vector<std::string>& names, std::uint32_t shards) {
    std::vector<std::string> result;
    for (const auto at : assign_shards(names, shards))
        result.push_back(names.at(at));
    return result;
}

}  // namespace

TEST_CASE("shards: without replicas nobody owns one") { CHECK(assign_shards({}, 4).empty()); }

TEST_CASE("shards: they are spread evenly, whatever the number of replicas") {
    for (std::size_t n = 1; n <= 9; ++n) {
        for (std::uint32_t shards = 1; shards <= 64; ++shards) {
            std::vector<std::size_t> owned(n);
            for (const auto at : assign_shards(replicas(n), shards))
                ++owned.at(at);
            const auto [least, most] = std::ranges::minmax(owned);
            INFO(n << " replicas, " << shards << " shards");
            REQUIRE(most - least <= 1);
        }
    }
}

TEST_CASE("shards: the order in which a replica hears of the others does not matter") {
    auto names = replicas(5);
    const auto expected = owners(names, 16);
    std::mt19937 random(3);
    for (int i = 0; i < 50; ++i) {
        std::ranges::shuffle(names, random);
        REQUIRE(owners(names, 16) == expected);
    }
}

TEST_CASE("shards: a replica that leaves moves its own shards and at most as many others") {
    const auto before = owners(replicas(5), 60);
    const auto after = owners(replicas(4), 60);
    std::size_t moved = 0;
    for (std::size_t s = 0; s < 60; ++s)
        moved += before[s] != after[s];
    CHECK(moved >= 12);
    CHECK(moved <= 24);
}

TEST_CASE("shards: an endpoint's shard never changes, since positions are stored under it") {
    CHECK(shard_of("billing", 4) == 0);
    CHECK(shard_of("demo", 4) == 2);
    CHECK(shard_of("", 4) < 4);
    CHECK(shard_of("billing", 1) == 0);
}

TEST_CASE("shards: similar names are spread") {
    std::vector<int> endpoints(4);
    for (int i = 0; i < 10'000; ++i)
        ++endpoints[shard_of("endpoint-" + std::to_string(i), 4)];
    for (const auto n : endpoints) {
        CHECK(n > 2'300);
        CHECK(n < 2'700);
    }
}
