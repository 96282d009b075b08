#include "domain/subscriptions.hpp"

#include <algorithm>
#include <random>

#include "domain/endpoint.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

using types = std::vector<std::string>;
using slots = std::vector<std::size_t>;

slots wanting(const subscriptions& s, std::string_view type) {
    slots found;
    s.find(type, found);
    std::ranges::sort(found);
    return found;
}

}  // namespace

TEST_CASE("subscriptions: exact types, prefixes and everything") {
    subscriptions s;
    s.add(1, types{"todo.created", "todo.deleted"});
    s.add(2, types{"todo.*"});
    s.add(3, types{});
    CHECK(wanting(s, "todo.created") == slots{1, 2, 3});
    CHECK(wanting(s, "todo.updated") == slots{2, 3});
    CHECK(wanting(s, "other") == slots{3});
    CHECK(wanting(s, "") == slots{3});
}

TEST_CASE("subscriptions: an endpoint that names a type in several ways gets its events once") {
    subscriptions s;
    s.add(7, types{"todo.created", "todo.*", "*", "todo.created"});
    CHECK(wanting(s, "todo.created") == slots{7});
}

TEST_CASE("subscriptions: whether anybody asks for types") {
    subscriptions s;
    CHECK_FALSE(s.by_type());
    s.add(1, types{});
    CHECK_FALSE(s.by_type());
    for (const auto* type : {"a", "a*", "*a"}) {
        s.add(2, types{type});
        CHECK(s.by_type());
        s.remove(2, types{type});
        CHECK_FALSE(s.by_type());
    }
}

TEST_CASE("subscriptions: what find() is given stays in front") {
    subscriptions s;
    s.add(1, types{"a*", "a"});
    slots found{9};
    s.find("a", found);
    CHECK(found == slots{9, 1});
}

TEST_CASE("subscriptions: after any history they agree with the rule of one endpoint") {
    const types pool{"", "*", "a", "a*", "ab", "ab*", "abc", "b*", "b", "*b", "a*c", "**"};
    std::mt19937 random(11);
    for (int history = 0; history < 500; ++history) {
        subscriptions s;
        std::map<std::size_t, types> all;
        for (int step = 0; step < 30; ++step) {
            const std::size_t slot = random() % 8;
            if (const auto there = all.find(slot); there != all.end()) {
                s.remove(slot, there->second);
                all.erase(there);
            } else {
                types wanted;
                for (auto n = random() % 4; n > 0; --n)
                    wanted.push_back(pool[random() % pool.size()]);
                s.add(slot, wanted);
                all.emplace(slot, wanted);
            }
            for (const auto* type : {"", "a", "ab", "abc", "abcd", "b", "c"}) {
                slots expected;
                for (const auto& [slot_of_it, wanted] : all)
                    if (wants_event(wanted, type)) expected.push_back(slot_of_it);
                REQUIRE(wanting(s, type) == expected);
            }
        }
    }
}
