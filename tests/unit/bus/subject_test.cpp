// Names that NATS would reject, or close the connection for.
#include "bus/jetstream/subject_cover.hpp"
#include "support/catch.hpp"

using namespace tidings::bus;

TEST_CASE("an invalid subject is reported with the reason") {
    for (const char* good : {"a", "todos.events", "todos.events.>", "*.b", "a.*.c", ">", "$JS.x", "caf\xC3\xA9.x"})
        CHECK(subject_problem(good).empty());
    for (const std::string& bad :
         {std::string(), std::string("a b"), std::string(" a"), std::string("a\tb"), std::string("a."),
          std::string(".a"), std::string("a..b"), std::string("."), std::string("a.>.b"), std::string(">.a"),
          std::string("a*"), std::string("a.b>"), std::string("a.**"), std::string(256, 'x'), std::string("a\r\nPUB"),
          std::string("a\0b", 3), std::string("\x7F")}) {
        CAPTURE(bad);
        CHECK_FALSE(subject_problem(bad).empty());
    }
}

TEST_CASE("an invalid stream name is reported with the reason") {
    for (const char* good : {"TODOS", "a-b_c", "1"})
        CHECK(stream_name_problem(good).empty());
    for (const std::string& bad :
         {std::string(), std::string("my stream"), std::string("a.b"), std::string("*"), std::string(">"),
          std::string("a/b"), std::string("a\\b"), std::string(256, 'x'), std::string("a\nb"), std::string("a\tb")}) {
        CAPTURE(bad);
        CHECK_FALSE(stream_name_problem(bad).empty());
    }
}

TEST_CASE("subjects overlap if any subject matches both") {
    struct row {
        const char *one, *other;
        bool overlap;
    };
    const auto [one, other, overlap] =
        GENERATE(row{"a", "a", true}, row{"a", "b", false}, row{"a", "a.>", false}, row{"a.b", "a.>", true},
                 row{"a.*", "*.b", true}, row{"a.*", "b.*", false}, row{">", "a.b.c", true}, row{"a.*", "a.b.c", false},
                 row{"a.*.c", "a.>", true});
    CAPTURE(one, other);
    CHECK(subjects_overlap(one, other) == overlap);
    CHECK(subjects_overlap(other, one) == overlap);
}

TEST_CASE("subjects cover each other") {
    CHECK(subject_covers("todos.>", "todos.events"));
    CHECK(subject_covers("todos.>", "todos.events.>"));
    CHECK(subject_covers(">", "a.*.c"));
    CHECK(subject_covers("*.events", "todos.events"));
    CHECK(subject_covers("a.*", "a.*"));
    CHECK_FALSE(subject_covers("todos.>", "todos"));
    CHECK_FALSE(subject_covers("todos.*", "todos.>"));
    CHECK_FALSE(subject_covers("todos.events", "todos.*"));
    CHECK_FALSE(subject_covers("todos.events", "todos.events.a"));
}
