#include "runtime/main_loop.hpp"

#include <stdexcept>

#include "runtime/spawn.hpp"
#include "runtime/task_group.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

namespace {

// What is made after the loop, and is therefore gone before it.
struct room {
    explicit room(runtime::main_loop& loop) : tasks(loop.get_executor()) {}
    ~room() { ended_before = visitors == 0; }

    int visitors = 0;
    runtime::task_group tasks;
    static inline bool ended_before = false;
};

struct visit {
    explicit visit(room& r) : where(r) { ++where.visitors; }
    ~visit() { --where.visitors; }
    room& where;
};

runtime::task<> stay(room& r) {
    const visit v(r);
    co_await runtime::sleep_for(24h);
}

runtime::task<> fail_when_visited(room& r) {
    while (r.visitors < 2)
        co_await runtime::sleep_for(1ms);
    throw std::runtime_error("no luck");
}

void serve(runtime::task<> (*work)(room&)) {
    runtime::main_loop loop;
    room r(loop);
    r.tasks.spawn(stay(r));
    runtime::spawn(loop.get_executor(), stay(r));
    loop.run_all(work(r));
}

runtime::task<> end_when_visited(room& r) {
    while (r.visitors < 2)
        co_await runtime::sleep_for(1ms);
}

runtime::task<> end_by_another(room& r) {
    runtime::spawn((co_await runtime::asio::this_coro::executor), fail_when_visited(r));
    co_await runtime::sleep_for(24h);
}

}  // namespace

TEST_CASE("a program's tasks end before what they refer to, however the program ends") {
    room::ended_before = false;
    serve(end_when_visited);
    CHECK(room::ended_before);
    for (const auto work : {fail_when_visited, end_by_another}) {
        room::ended_before = false;
        CHECK_THROWS_WITH(serve(work), "no luck");
        CHECK(room::ended_before);
    }
}
