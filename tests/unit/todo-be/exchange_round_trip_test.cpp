// To-dos of every kind, written and read back.
#include <random>

#include "exchange_files.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

class dice {
  public:
    explicit dice(unsigned seed) : engine_(seed) {}

    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
    bool flip() { return below(2) == 0; }

    std::string words(bool lines) {
        static const std::vector<std::string> parts{
            "a",     " ",   "  ",   "x ",   "(A) ", "@",           "+",    "@home", "due:",        "due:1",
            "pri:A", "\\",  "\\@b", "'",    "=1+1", "-",           "\"",   ",",     ";",           ":",
            "%",     "%41", "ü",    "日本", "🎉",   "2026-01-01 ", "id:7", "\\n",   "BEGIN:VTODO", "notes:x"};
        std::string text;
        for (auto n = 1 + below(12); n > 0; --n)
            text += parts[below(parts.size())];
        if (lines) text += flip() ? "\nmore\n\n" : "\t=x ";
        return text;
    }

    ids::timestamp second() {
        return ids::timestamp(std::chrono::seconds(1'700'000'000 + static_cast<std::int64_t>(below(90'000'000))));
    }

    todo any() {
        todo_fields f;
        if (const auto title = clean_title("t" + words(false))) f.title = *title;
        f.done = flip();
        if (flip()) f.order = static_cast<double>(below(1'000)) / 8;
        if (flip()) f.due = due_date{second(), false};
        if (flip()) f.due = due_date{std::chrono::floor<std::chrono::days>(second()), true};
        f.priority = static_cast<priority>(below(4));
        for (auto n = below(4); n > 0; --n) {
            const auto label = clean_label(words(false));
            if (label && std::find(f.labels.begin(), f.labels.end(), *label) == f.labels.end())
                f.labels.push_back(*label);
        }
        if (flip()) f.notes = words(true);
        if (f.due && flip()) f.due_time_zone = "Europe/Berlin";
        if (f.due && flip()) f.recurrence = "FREQ=MONTHLY;COUNT=7;BYDAY=-1FR,1MO";
        if (flip()) f.parent = ids::uuid::v7();
        auto t = new_todo(f, second());
        if (t.done_at) t.done_at = std::chrono::floor<std::chrono::days>(second()) - std::chrono::days(1'000);
        return t;
    }

  private:
    std::mt19937 engine_;
};

}  // namespace

TEST_CASE("what is written reads back in every format, wherever it is cut") {
    dice d(7);
    for (std::size_t round = 0; round < 60; ++round) {
        std::vector<todo> all;
        for (auto n = d.below(6); n > 0; --n)
            all.push_back(d.any());
        for (const auto f :
             {file_format::json, file_format::ndjson, file_format::csv, file_format::todotxt, file_format::ics}) {
            const auto text = written(f, all);
            INFO(text);
            const auto rows = rows_of(f, text, 1 + d.below(40));
            CHECK(wrong_in(rows).empty());
            REQUIRE(rows.size() == all.size());
            for (std::size_t i = 0; i < all.size(); ++i) {
                CHECK(rows[i].what.fields == all[i].fields);
                CHECK(rows[i].what.done_at == all[i].done_at);
                CHECK(rows[i].id == all[i].id);
            }
        }
    }
}
