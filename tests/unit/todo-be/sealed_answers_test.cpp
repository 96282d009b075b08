#include "api/sealed_answers.hpp"

#include <set>

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

const kept_read answer{
    std::make_shared<const http::prepared_bytes>(http::prepared_bytes{"an answer\nof two lines", {}, {}}), 7};
const answer_name name{{1}, "w 1 42", "20"};

}  // namespace

TEST_CASE("what was sealed is opened under its name, and under no other") {
    const sealed_answers s("a key"), other("another key");
    const auto sealed = s.seal(name, answer);
    CHECK(sealed.find("answer") == std::string::npos);
    CHECK(s.seal(name, answer) != sealed);
    const auto opened = s.open(name, sealed);
    REQUIRE(opened);
    CHECK(opened->answer->plain == answer.answer->plain);
    CHECK(opened->version == 7);
    CHECK_FALSE(other.open(name, sealed));
    for (const auto& n : {answer_name{{2}, "w 1 42", "20"}, {{1}, "w 1 43", "20"}, {{1}, "w 1 42", "21"}})
        CHECK_FALSE(s.open(n, sealed));
}

TEST_CASE("an answer that was changed in any byte, or cut, is not opened") {
    const sealed_answers s("a key");
    const auto sealed = s.seal(name, answer);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK_FALSE(s.open(name, changed));
        CHECK_FALSE(s.open(name, sealed.substr(0, i)));
    }
    CHECK_FALSE(s.open(name, sealed + "x"));
}

TEST_CASE("each question has a key of its own, from which nothing can be told") {
    const sealed_answers s("a key"), other("another key");
    std::set<std::string> keys;
    for (const auto& n : {name, answer_name{{2}, "w 1 42", "20"}, {{1}, "w 1 43", "20"}, {{1}, "w 1 42", "21"}})
        keys.insert(s.key_of(n));
    keys.insert(other.key_of(name));
    CHECK(keys.size() == 5);
    CHECK(s.key_of(name) == s.key_of(name));
    CHECK(s.key_of(name).size() == 8 + 64);
}
