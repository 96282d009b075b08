#include "redis/replies.hpp"

#include <random>

#include "support/catch.hpp"

using namespace tidings::redis;

TEST_CASE("replies are read in whatever pieces they come") {
    const std::string all = "+PONG\r\n$5\r\na\r\nbc\r\n$-1\r\n:42\r\n-OOM no\r\n$0\r\n\r\n";
    for (std::size_t piece = 1; piece <= all.size(); ++piece) {
        replies r(100);
        std::vector<reply> found;
        for (std::size_t at = 0; at < all.size(); at += piece) {
            r.feed(std::string_view(all).substr(at, piece));
            while (auto one = r.next())
                found.push_back(std::move(*one));
        }
        REQUIRE_FALSE(r.failed());
        REQUIRE(found.size() == 6);
        CHECK(found[0].text == "PONG");
        CHECK(found[1].text == "a\r\nbc");
        CHECK(found[2].what == reply::kind::nothing);
        CHECK(found[3].text == "42");
        CHECK(found[4].what == reply::kind::error);
        CHECK(found[5].what == reply::kind::text);
        CHECK(found[5].text.empty());
    }
}

TEST_CASE("what a cache never answers is a failure, and stays one") {
    for (const auto* text : {"*1000000000\r\n", "*-1\r\n", "%1\r\n", "HTTP/1.1 200 OK\r\n", "$5\r\nabcdefgh\r\n",
                             "\r\n", "$x\r\n", ":1x\r\n", "$99999999999999999999\r\n"}) {
        INFO(text);
        replies r(100);
        r.feed(text);
        while (r.next()) {
        }
        r.feed(text);
        while (r.next()) {
        }
        CHECK(r.failed());
        CHECK_FALSE(r.next());
    }
}

TEST_CASE("a reply without an end, or too long, is a failure in good time") {
    for (const std::string begin : {"$100000000\r\n", "+", "-"}) {
        replies r(1'000);
        r.feed(begin);
        std::size_t fed = 0;
        for (; !r.failed() && fed < 10'000; fed += 100) {
            r.feed(std::string(100, 'x'));
            CHECK_FALSE(r.next());
        }
        CHECK(r.failed());
        CHECK(fed < 3'000);
    }
}

TEST_CASE("random bytes do no harm") {
    std::mt19937 random(1);
    const std::string alphabet = "+-:$*\r\n0123456789ax";
    for (int round = 0; round < 20'000; ++round) {
        replies r(200);
        for (int i = 0; i < 4 && !r.failed(); ++i) {
            std::string text;
            for (unsigned n = random() % 30; n > 0; --n)
                text += alphabet[random() % alphabet.size()];
            r.feed(text);
            while (r.next()) {
            }
        }
    }
}

TEST_CASE("a command has the lengths of its words") {
    const std::string value("a\0\r\n", 4);
    CHECK(command({"SET", "k", value}) == "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n" + value + "\r\n");
}
