// Many who ask at the same time, and few looks.
#include "store/joint_looks.hpp"

#include <stdexcept>
#include <string>

#include "runtime/run.hpp"
#include "runtime/task_group.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

struct library {
    std::vector<std::size_t> looked;  // for how many, each time
    bool away = false;
    runtime::duration takes = 1ms;
    int asked = 0, expected = 0;  // a look takes until so many have asked
    joint_looks<int, std::string> looks{[this](std::vector<int> keys) { return find(std::move(keys)); }, 100};
    std::vector<std::string> told;

    runtime::task<std::vector<std::string>> find(std::vector<int> keys) {
        looked.push_back(keys.size());
        while (asked < expected)
            co_await runtime::sleep_for(1ms);
        co_await runtime::sleep_for(takes);
        if (away) throw std::runtime_error("away");
        std::vector<std::string> found;
        for (const auto k : keys)
            found.push_back("no. " + std::to_string(k));
        co_return found;
    }
    runtime::task<> ask(int key) {
        ++asked;
        try {
            const auto found = co_await looks.get(key);
            told.push_back(found == "no. " + std::to_string(key) ? "right" : "wrong");
        } catch (const std::runtime_error& e) {
            told.emplace_back(e.what());
        }
    }
    std::size_t count(const std::string& what) const {
        return static_cast<std::size_t>(std::count(told.begin(), told.end(), what));
    }
};

void run(library& in, runtime::task<> (*scene)(library&)) {
    runtime::asio::io_context ctx{1};
    runtime::run(ctx, scene(in));
}

runtime::task<> ask_together(library& in, runtime::task_group& all, int how_many) {
    in.expected = how_many;
    for (int i = 0; i < how_many; ++i)
        all.spawn(in.ask(i));
    co_await all.wait(1min);
}

runtime::task<> many(library& in) {
    runtime::task_group all(co_await runtime::asio::this_coro::executor);
    co_await ask_together(in, all, 250);
    CHECK(in.count("right") == 250);
    CHECK(in.looked == std::vector<std::size_t>{1, 100, 100, 49});
    in.takes = 0ms;
    co_await in.ask(7);
    CHECK(in.count("right") == 251);
}

runtime::task<> failing(library& in) {
    runtime::task_group all(co_await runtime::asio::this_coro::executor);
    in.away = true;
    co_await ask_together(in, all, 250);
    CHECK(in.count("away") == 250);
    CHECK(in.looked.size() == 1);
    in.away = false;
    co_await in.ask(7);
    CHECK(in.count("right") == 1);
}

runtime::task<> interrupted(library& in) {
    const auto ex = co_await runtime::asio::this_coro::executor;
    runtime::task_group impatient(ex), patient(ex);
    in.takes = 1h;
    impatient.spawn(in.ask(1));
    while (in.looked.empty())
        co_await runtime::sleep_for(1ms);
    for (int i = 0; i < 5; ++i) {
        impatient.spawn(in.ask(i));
        patient.spawn(in.ask(i));
    }
    while (in.asked < 11)
        co_await runtime::sleep_for(1ms);
    in.takes = 1ms;
    impatient.cancel();
    CHECK(co_await patient.wait(1min));
    CHECK(in.count("right") == 5);
    CHECK(in.looked == std::vector<std::size_t>{1, 5});
}

}  // namespace

TEST_CASE("who asks while a look is under way shares the next one, so many at once") {
    library l;
    run(l, many);
}

TEST_CASE("a look that fails is told to all who wait, and the next one looks again") {
    library l;
    run(l, failing);
}

TEST_CASE("whoever is interrupted keeps nobody waiting") {
    library l;
    run(l, interrupted);
}
