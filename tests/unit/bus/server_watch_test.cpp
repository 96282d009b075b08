#include "bus/connection/server_watch.hpp"

#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

const runtime::time_point start{1h};

}  // namespace

TEST_CASE("a server is asked only after a while without any answer of JetStream") {
    server_watch w;
    w.connected(start);
    w.answered(start);
    CHECK_FALSE(w.should_ask(start + 1400ms));
    CHECK(w.should_ask(start + 1500ms));
    w.answered(start + 1500ms);
    CHECK_FALSE(w.should_ask(start + 2s));
}

TEST_CASE("the first server is asked immediately") {
    server_watch w;
    w.connected(start);
    CHECK(w.should_ask(start));
}

TEST_CASE("a server whose JetStream does not answer for four seconds is left, and the trouble is told before") {
    server_watch w;
    w.connected(start);
    CHECK_FALSE(w.failed(start + 3s, "no reply"));
    CHECK(w.trouble() == "no reply");
    CHECK(w.failed(start + 4s, "no reply"));
}

TEST_CASE("a server that answers something else is kept for seven seconds") {
    server_watch w;
    w.connected(start);
    w.answered(start);
    w.heard(start + 3s);
    CHECK_FALSE(w.failed(start + 5s, "no reply"));
    CHECK(w.trouble() == "no reply");
    w.heard(start + 6s);
    CHECK_FALSE(w.failed(start + 6s, "no reply"));
    CHECK(w.failed(start + 7s, "no reply"));
}

TEST_CASE("a server is left in time, however long the next question would take") {
    server_watch w;
    w.connected(start);
    w.answered(start);
    CHECK_FALSE(w.overdue(start + 9s));
    w.heard(start + 6s);
    CHECK_FALSE(w.failed(start + 6s, "no reply"));
    CHECK_FALSE(w.overdue(start + 6500ms));
    CHECK(w.overdue(start + 7s));
    CHECK_FALSE(w.overdue(start + 7s));
    w.answered(start + 8s);
    CHECK_FALSE(w.overdue(start + 20s));
}

TEST_CASE("a server that hears none of the replicas that it leads is left after four seconds, whatever it answers") {
    server_watch w;
    w.connected(start);
    w.answered(start);
    w.heard(start + 3s);
    CHECK_FALSE(w.failed(start + 3s, "cut off", server_watch::sign::cut_off));
    CHECK(w.failed(start + 4s, "cut off", server_watch::sign::cut_off));
}

TEST_CASE("an account that may not ask stays where JetStream answers something else") {
    server_watch w;
    w.connected(start);
    for (auto t = start; t < start + 1min; t += 2s) {
        w.heard(t);
        CHECK_FALSE(w.failed(t, "no reply"));
    }
    CHECK(w.trouble().empty());
    CHECK(w.failed(start + 65s, "no reply"));
}

TEST_CASE("an answer in between starts the count again") {
    server_watch w;
    w.connected(start);
    CHECK_FALSE(w.failed(start + 3s, "no reply"));
    w.answered(start + 3500ms);
    CHECK(w.trouble().empty());
    CHECK_FALSE(w.failed(start + 7s, "no reply"));
    CHECK(w.failed(start + 7500ms, "no reply"));
}

TEST_CASE("where no server is better each is kept longer, until one answers") {
    server_watch w;
    auto now = start;
    std::vector<std::chrono::milliseconds> kept;
    for (int i = 0; i < 6; ++i) {
        w.connected(now);
        auto t = now;
        while (!w.failed(t, "unavailable"))
            t += 1s;
        kept.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(t - now));
        now = t;
    }
    CHECK(kept == std::vector<std::chrono::milliseconds>{4s, 8s, 16s, 32s, 60s, 60s});
    CHECK(w.trouble() == "unavailable");
    w.answered(now);
    CHECK(w.failed(now + 4s, "unavailable"));
}

}  // namespace tidings::bus
