// Many who ask to be let in at once, and how much of what takes long one of them may do.
#include <algorithm>
#include <array>

#include "api/access/doorkeeper.hpp"
#include "api/access/places.hpp"
#include "fake_accounts.hpp"
#include "runtime/run.hpp"
#include "runtime/spawn.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;

namespace {

struct scene {
    accounts known;
    doorkeeper keeper{known, {}};
};

runtime::task<> into(runtime::task<std::optional<http::response>> asked, std::optional<http::response>& to) {
    to = co_await std::move(asked);
}

// Requests with one token, all there before the first is answered.
struct crowd {
    accounts& known;
    doorkeeper& keeper;
    std::string token;
    std::size_t let_in = 0, answered = 0;

    static runtime::task<> one(crowd& c) {
        http::request r;
        r.headers = {{"authorization", "Bearer " + c.token}};
        const auto refused = co_await c.keeper.admission(scope::todos_read)(r);
        if (!refused) ++c.let_in;
        ++c.answered;
    }
    static runtime::task<> all(crowd& c, std::size_t n) {
        for (std::size_t i = 0; i < n; ++i)
            runtime::spawn(co_await runtime::asio::this_coro::executor, one(c));
        while (c.answered < n)
            co_await runtime::sleep_for(1ms);
    }
    static runtime::task<> after(runtime::duration pause, crowd& c) {
        co_await runtime::sleep_for(pause);
        co_await all(c, 1);
    }
    void come(std::size_t n) {
        let_in = answered = 0;
        runtime::asio::io_context ctx{1};
        runtime::run(ctx, all(*this, n));
    }
};

}  // namespace

TEST_CASE("requests that come while their token is looked up wait for that one look") {
    scene d;
    d.known.takes = 20ms;
    crowd c{d.known, d.keeper, d.known.token};
    c.come(50);
    CHECK(c.let_in == 50);
    CHECK(d.known.asked == 1);
    c.token = new_token_text();
    c.come(50);
    CHECK(c.let_in == 0);
    CHECK(d.known.asked == 2);
    d.known.away = true;
    c.token = new_token_text();
    c.come(50);
    CHECK(c.let_in == 0);
    CHECK(d.known.asked == 3);
}

TEST_CASE("an answer that was asked for before a token was revoked does not let in who comes much later") {
    scene d;
    d.known.takes = 1'500ms;
    crowd early{d.known, d.keeper, d.known.token}, late{d.known, d.keeper, d.known.token};
    runtime::asio::io_context ctx{1};
    runtime::spawn(ctx.get_executor(), crowd::all(early, 1));
    runtime::run(ctx, crowd::after(1s, late));
    CHECK(d.known.asked == 2);
}

TEST_CASE("who has no requests left guesses no link") {
    limits::token_buckets buckets(limits::rate{2, 1h});
    accounts known;
    doorkeeper keeper(known, {.limiter = rate_limiter(buckets, {2, 1h}, {})});
    const auto link = keeper.admission_by_link("the secret of the link");
    const auto status = [&](const std::string& secret) {
        http::request r;
        r.peer = "192.0.2.1:99";
        r.query = {{"secret", secret}};
        std::optional<http::response> answer;
        runtime::asio::io_context ctx{1};
        runtime::run(ctx, into(link(r), answer));
        return answer ? http::status_of(*answer) : 0U;
    };
    CHECK(status("the secret of the link") == 0);
    CHECK(status("guess") == 403);
    CHECK(status("guess") == 403);
    CHECK(status("guess") == 429);
    CHECK(status("the secret of the link") == 429);
}

TEST_CASE("no more guesses are looked up at once than an address has requests left") {
    limits::token_buckets buckets(limits::rate{3, 1h});
    accounts known;
    known.takes = 20ms;
    doorkeeper keeper(known, {.limiter = rate_limiter(buckets, {3, 1h}, {})});
    const auto door = keeper.admission(scope::todos_read);
    std::array<http::request, 10> guesses;
    std::array<std::optional<http::response>, 10> answers;
    runtime::asio::io_context ctx{1};
    for (std::size_t i = 0; i < guesses.size(); ++i) {
        guesses[i].peer = "192.0.2.1:99";
        guesses[i].headers = {{"authorization", "Bearer " + new_token_text()}};
        runtime::spawn(ctx.get_executor(), into(door(guesses[i]), answers[i]));
    }
    ctx.run();
    CHECK(known.asked == 3);
    CHECK(std::ranges::count_if(answers, [](const auto& a) { return http::status_of(*a) == 401; }) == 3);
    CHECK(std::ranges::count_if(answers, [](const auto& a) { return http::status_of(*a) == 429; }) == 7);
}

TEST_CASE("a look that finds a token costs its address nothing") {
    limits::token_buckets buckets(limits::rate{3, 1h});
    accounts known;
    doorkeeper keeper(known, {.limiter = rate_limiter(buckets, {3, 1h}, {})});
    const auto door = keeper.admission(scope::todos_read);
    const auto status = [&](const std::string& token) {
        http::request r;
        r.peer = "192.0.2.1:99";
        r.headers = {{"authorization", "Bearer " + token}};
        std::optional<http::response> answer;
        runtime::asio::io_context ctx{1};
        runtime::run(ctx, into(door(r), answer));
        return answer ? http::status_of(*answer) : 0U;
    };
    for (int i = 0; i < 3; ++i) {
        CHECK(status(known.token) == 0);
        keeper.forget(*ids::uuid::parse(known.access.token));  // it is looked up each time
    }
    CHECK(known.asked == 3);
    for (int i = 0; i < 3; ++i)
        CHECK(status(new_token_text()) == 401);
    CHECK(status(new_token_text()) == 429);
    CHECK(status(known.token) == 429);
    CHECK(known.asked == 6);
}

TEST_CASE("one of many users has a quarter of the places, one alone all of them") {
    places few(8);
    const user_id ann{2}, bob{3};
    auto first = few.take(ann, true), second = few.take(ann, true);
    CHECK(first != nullptr);
    CHECK(second != nullptr);
    CHECK(few.take(ann, true) == nullptr);
    CHECK(few.take(bob, true) != nullptr);
    second.reset();
    CHECK(few.take(ann, true) != nullptr);
    std::vector<std::shared_ptr<void>> all;
    for (int i = 0; i < 7; ++i)
        CHECK(all.emplace_back(few.take(default_user, false)) != nullptr);
    CHECK(few.take(default_user, false) == nullptr);
    CHECK(few.take(bob, true) == nullptr);
    first.reset();
    CHECK(few.take(bob, true) != nullptr);
}
