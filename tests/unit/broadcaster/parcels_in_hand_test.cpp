#include "delivery/parcels_in_hand.hpp"

#include <random>
#include <set>

#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

std::unique_ptr<parcel> numbered(std::uint64_t n) {
    auto p = std::make_unique<parcel>();
    p->number = n;
    return p;
}

}  // namespace

TEST_CASE("parcels come in order, and each goes once") {
    parcels_in_hand l;
    l.add(numbered(3));
    l.add(numbered(5));
    CHECK_THROWS(l.add(numbered(5)));
    CHECK(l.at(5).number == 5);
    CHECK_THROWS(l.at(4));
    CHECK(l.extract(3)->number == 3);
    CHECK_THROWS(l.extract(3));
    CHECK(l.oldest().number == 5);
    CHECK(l.extract(5)->number == 5);
    CHECK(l.empty());
    l.add(numbered(6));
    l.clear();
    CHECK(l.size() == 0);
}

TEST_CASE("whatever order they go in, what is left is there, and the oldest is the lowest") {
    std::mt19937 chance(11);  // NOLINT(cert-msc51-cpp): a fixed seed repeats a failure
    parcels_in_hand l;
    std::set<std::uint64_t> there;
    std::uint64_t last = 0;
    for (int i = 0; i < 20'000; ++i) {
        if (there.size() < 300 && chance() % 2 == 0) {
            l.add(numbered(++last));
            there.insert(last);
        } else if (!there.empty()) {
            // Mostly one of the first; the very first stays for long.
            const auto which = std::min<std::size_t>(chance() % 8, there.size() - 1);
            const auto at = std::next(there.begin(), static_cast<std::ptrdiff_t>(chance() % 500 == 0 ? 0 : which));
            REQUIRE(l.extract(*at)->number == *at);
            there.erase(at);
        }
        REQUIRE(l.size() == there.size());
        if (!there.empty()) REQUIRE(l.oldest().number == *there.begin());
    }
    std::set<std::uint64_t> seen;
    l.for_each([&](const parcel& p) { seen.insert(p.number); });
    CHECK(seen == there);
}
