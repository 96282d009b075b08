#include "api/answer_cache.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

constexpr user_id ann{1}, bob{2};
const answer_cache::clock::time_point now{};

kept_read answer(const std::string& text) {
    return {std::make_shared<const tidings::http::prepared_bytes>(tidings::http::prepared_bytes{text, {}, {}})};
}

// Of one user, live, and with a shorter way to put.
struct small_cache : answer_cache {
    explicit small_cache(std::size_t most = 100'000) : answer_cache(most, 2s) { live(true); }
    void keep(const std::string& what, const std::string& text, user_id owner = ann) {
        put(owner, what, generations().of(owner).number, answer(text), now);
    }
    std::string text(const std::string& what, user_id owner = ann) {
        const auto found = find(owner, what, now);
        return found.answer ? found.answer->plain : "";
    }
};

}  // namespace

TEST_CASE("an answer is kept until its owner's to-dos change, and those of others with it") {
    small_cache cache;
    cache.keep("20", "a");
    cache.keep("20", "b", bob);
    CHECK(cache.text("20") == "a");
    CHECK(cache.text("20", bob) == "b");
    CHECK(cache.text("21").empty());
    cache.generations().changed(ann, "1");
    CHECK(cache.text("20").empty());
    CHECK(cache.text("20", bob) == "b");
    cache.generations().everybody_changed();
    CHECK(cache.text("20", bob).empty());
    CHECK(cache.size() == 0);
    CHECK(cache.bytes() == 0);
}

TEST_CASE("what was read before a change does not get in after it") {
    small_cache cache;
    const auto before = cache.generations().of(ann).number;
    cache.generations().changed(ann, "1");
    cache.put(ann, "20", before, answer("old"), now);
    CHECK(cache.text("20").empty());
}

TEST_CASE("nothing is kept while changes cannot be heard of") {
    answer_cache cache;
    cache.put(ann, "20", cache.generations().of(ann).number, answer("a"), now);
    CHECK(cache.size() == 0);
    CHECK_FALSE(cache.is_live());
    cache.live(true);
    const auto generation = cache.generations().of(ann).number;
    cache.put(ann, "20", generation, answer("a"), now);
    CHECK(cache.size() == 1);
    cache.live(false);
    CHECK(cache.size() == 0);
    cache.live(true);
    cache.put(ann, "20", generation, answer("read before the gap"), now);
    CHECK(cache.size() == 0);
}

TEST_CASE("without memory nothing is kept") {
    small_cache cache(0);
    CHECK_FALSE(cache.is_live());
    cache.keep("20", "a");
    CHECK(cache.size() == 0);
}

TEST_CASE("an answer expires even when no change is heard of") {
    small_cache cache;
    cache.keep("20", "a");
    CHECK(cache.find(ann, "20", now + 2s).answer);
    CHECK_FALSE(cache.find(ann, "20", now + 2001ms).answer);
    CHECK(cache.size() == 0);
}

TEST_CASE("the least recently used answers go when there are too many bytes, and a large one does not come in") {
    small_cache cache(4'000);
    const std::string text(500, 'x');
    for (const auto* what : {"1", "2", "3", "4"})
        cache.keep(what, text);
    CHECK(cache.size() == 4);
    CHECK(cache.text("1") == text);
    cache.keep("5", text);
    CHECK(cache.size() == 4);
    CHECK(cache.text("1") == text);
    CHECK(cache.text("2").empty());
    cache.keep("5", "another one");
    CHECK(cache.text("5") == "another one");
    cache.keep("6", std::string(1'000, 'x'));
    CHECK(cache.text("6").empty());
    CHECK(cache.bytes() <= 4'000);
}

TEST_CASE("of too many owners all are as new, and no generation comes back") {
    owner_generations g(3);
    const auto first = g.of(ann).number;
    for (int i = 1; i <= 3; ++i)
        g.changed({i}, std::to_string(i));
    const auto second = g.of(ann).number;
    CHECK(second != first);
    CHECK(g.of(ann).commit == "1");
    g.changed({4}, "4");
    CHECK(g.of(ann).number != second);
    CHECK(g.of(ann).number != first);
    CHECK(g.of(ann).commit.empty());
    CHECK(g.of({4}).commit == "4");
}

TEST_CASE("an owner of whom nothing was heard is named once, as long as nothing is heard") {
    owner_generations g;
    const auto number = g.of(ann).number;
    g.name(ann, number, "begin");
    CHECK(g.of(ann).commit == "begin");
    CHECK(g.of(ann).number == number);
    g.name(ann, number, "other");
    CHECK(g.of(ann).commit == "begin");
    g.changed(ann, "1");
    g.name(ann, number, "late");
    CHECK(g.of(ann).commit == "1");
    g.name(bob, g.of(bob).number + 1, "of another time");
    CHECK(g.of(bob).commit.empty());
}
