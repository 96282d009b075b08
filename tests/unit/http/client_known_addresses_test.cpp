#include "http/client/known_addresses.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace tidings::http::client;
using tidings::runtime::time_point;
using worth = known_addresses::worth;

namespace {

constexpr time_point start{1000h};

known_addresses::tcp::endpoint at(const char* address) { return {boost::asio::ip::make_address(address), 80}; }

}  // namespace

TEST_CASE("addresses are looked up at first use, and again after twenty seconds, one lookup at a time") {
    known_addresses known;
    CHECK(known.due(start));
    CHECK(known.at(start) == worth::none);
    known.begin();
    CHECK_FALSE(known.due(start));
    known.found({at("192.0.2.1")}, false, start);
    CHECK_FALSE(known.due(start + 19s));
    CHECK(known.due(start + 20s));
    known.begin();
    CHECK_FALSE(known.due(start + 1h));
}

TEST_CASE("what was found is good for a minute, and better than nothing for ten") {
    known_addresses known;
    known.found({at("192.0.2.1")}, false, start);
    CHECK(known.at(start + 60s) == worth::good);
    CHECK(known.at(start + 61s) == worth::doubtful);
    CHECK(known.at(start + 10min) == worth::doubtful);
    CHECK(known.at(start + 10min + 1s) == worth::none);
}

TEST_CASE("a failed lookup takes nothing away, and is tried again soon") {
    known_addresses known;
    known.found({at("192.0.2.1")}, false, start);
    known.begin();
    known.failed(true, start + 30s);
    CHECK(known.get()->size() == 1);
    CHECK(known.at(start + 30s) == worth::good);
    CHECK_FALSE(known.due(start + 34s));
    CHECK(known.due(start + 35s));
}

TEST_CASE("addresses that did not work are looked up at once") {
    known_addresses known;
    known.found({at("192.0.2.1")}, false, start);
    known.forget();
    CHECK(known.due(start));
    CHECK(known.at(start) == worth::none);
}

TEST_CASE("an address instead of a name is never looked up") {
    known_addresses known(at("192.0.2.1"));
    known.forget();
    CHECK_FALSE(known.due(start + 24h));
    CHECK(known.at(start + 24h) == worth::good);
    CHECK(known.get()->size() == 1);
}

TEST_CASE("what the last lookup was like is remembered") {
    known_addresses known;
    CHECK(known.history() == lookup_history::unknown);
    known.failed(true, start);
    CHECK(known.history() == lookup_history::slow);
    known.failed(false, start);
    CHECK(known.history() == lookup_history::prompt);
    known.found({at("192.0.2.1")}, true, start);
    CHECK(known.history() == lookup_history::slow);
}

TEST_CASE("a name has moved when it leads to others than before, in whatever order, also if those did not work") {
    known_addresses known;
    CHECK_FALSE(known.differ_from({at("192.0.2.1")}));  // there is no before
    known.found({at("192.0.2.1"), at("192.0.2.2")}, false, start);
    CHECK_FALSE(known.differ_from({at("192.0.2.2"), at("192.0.2.1")}));
    CHECK(known.differ_from({at("192.0.2.1")}));
    CHECK(known.differ_from({at("192.0.2.1"), at("192.0.2.3")}));
    known.forget();
    CHECK(known.differ_from({at("192.0.2.3")}));
}

TEST_CASE("addresses that did not work are good again when they are found again") {
    known_addresses known;
    known.found({at("192.0.2.1")}, false, start);
    known.forget();
    known.failed(false, start);
    CHECK(known.at(start) == worth::none);
    known.found({at("192.0.2.1")}, false, start);
    CHECK(known.at(start) == worth::good);
}

TEST_CASE("a connection moves when its host has no such address any more") {
    known_addresses known;
    known.found({at("192.0.2.1"), at("2001:db8::1")}, false, start);
    CHECK_FALSE(is_gone(at("192.0.2.1"), known.get()));
    CHECK_FALSE(is_gone(at("2001:db8::1"), known.get()));
    CHECK(is_gone(at("192.0.2.2"), known.get()));
}
