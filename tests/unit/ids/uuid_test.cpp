#include "ids/uuid.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace tidings::ids;
using namespace std::chrono_literals;

TEST_CASE("a new UUID has version 7 and the variant of RFC 9562") {
    for (int i = 0; i < 1000; ++i) {
        const auto bytes = uuid::v7().bytes();
        CHECK(bytes[6] >> 4 == 7);
        CHECK(bytes[8] >> 6 == 2);
    }
}

TEST_CASE("a new UUID starts with the time in milliseconds") {
    // Far ahead of all earlier UUIDs of this process.
    const auto when = std::chrono::system_clock::now() + 24h;
    const auto bytes = uuid::v7(when).bytes();
    std::uint64_t ms = 0;
    for (int i = 0; i < 6; ++i)
        ms = ms << 8 | bytes[static_cast<std::size_t>(i)];
    CHECK(ms ==
          static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch()).count()));
}

TEST_CASE("UUIDs sort strictly in order of creation") {
    uuid last = uuid::v7();
    std::string last_text = last.str();
    for (int i = 0; i < 200'000; ++i) {
        const uuid next = uuid::v7();
        if (next <= last) FAIL("not after the one before: " << next.str());
        last = next;
    }
    CHECK(last.str() > last_text);
}

TEST_CASE("UUIDs keep their order when the clock goes back") {
    const auto start = std::chrono::system_clock::now() + 48h;
    uuid last = uuid::v7(start);
    for (int i = 0; i < 10'000; ++i) {
        const uuid next = uuid::v7(start - std::chrono::seconds(i));
        REQUIRE(next > last);
        last = next;
    }
}

TEST_CASE("UUIDs of several threads are all different") {
    std::vector<std::vector<uuid>> made(4);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : made)
            threads.emplace_back([&mine] {
                for (int i = 0; i < 10'000; ++i)
                    mine.push_back(uuid::v7());
            });
    }
    std::set<uuid> all;
    for (const auto& mine : made) {
        CHECK(std::ranges::is_sorted(mine));
        all.insert(mine.begin(), mine.end());
    }
    CHECK(all.size() == 40'000);
}

TEST_CASE("a UUID is parsed in either case and formatted in lower case") {
    const auto parsed = uuid::parse("019BD000-0abc-7DEF-8000-00000000ffFF");
    REQUIRE(parsed);
    CHECK(parsed->str() == "019bd000-0abc-7def-8000-00000000ffff");
    CHECK(uuid::parse(parsed->str()) == parsed);
    std::string out = "/";
    parsed->append_to(out);
    CHECK(out == "/019bd000-0abc-7def-8000-00000000ffff");
}

TEST_CASE("the nil UUID is all zero") { CHECK(uuid().str() == "00000000-0000-0000-0000-000000000000"); }

TEST_CASE("anything but the canonical form of a UUID is rejected") {
    const auto text =
        GENERATE("", "019bd000", "019bd0000abc7def800000000000ffff", "{019bd000-0abc-7def-8000-00000000ffff}",
                 "019bd000-0abc-7def-8000-00000000fff", "019bd000-0abc-7def-8000-00000000fffff",
                 "019bd000-0abc-7def-8000_00000000ffff", "019bd000-0abc-7def-8000-00000000fffg",
                 "019bd00-00abc-7def-8000-00000000ffff", " 19bd000-0abc-7def-8000-00000000ffff");
    INFO(text);
    CHECK_FALSE(uuid::parse(text));
}
