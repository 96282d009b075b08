// A store at work on a private PostgreSQL.
#pragma once

#include "store/pg_todo_store.hpp"
#include "store_bench.hpp"

namespace tidings::todo_be_test {

inline todo_fields titled(const std::string& title) {
    todo_fields f;
    f.title = title;
    return f;
}

inline change_todo retitled(const ids::uuid& id, const std::string& title) { return {id, {.title = title}, {}}; }

inline pg_store_options store_options(const bench& b) {
    return {.pool = {.connect = b.connect}, .writes = {b.connect, 1'000, by_title}};
}

struct shop {
    bench b;
    std::vector<commit_notice> notices;
    pg_todo_store store{b.ctx, store_options(b), [this](commit_notice n) { notices.push_back(std::move(n)); }};
    request_context context;

    // `body(shop)` is a coroutine; the store serves meanwhile.
    template <class Body>
    void run(Body body) {
        b.run(serve(body));
    }
    template <class Body>
    runtime::task<> serve(Body body) {
        co_await migrate(b.ctx, b.connect);
        b.tasks.spawn(store.run());
        while (!store.connected())
            co_await runtime::sleep_for(5ms);
        co_await body(*this);
    }
    // The number that `sql` selects.
    runtime::task<std::int64_t> count(std::string sql) {
        std::int64_t found = 0;
        co_await bench::count_into(b.ctx, b.connect, std::move(sql), found);
        co_return found;
    }
    runtime::task<ids::uuid> create(std::string title) {
        auto made = co_await store.create(titled(title), std::nullopt, context);
        co_return std::get<written_todo>(made.value()).state.id;
    }
    runtime::task<set_outcome> write(write_set set, set_mode mode = set_mode::whole) {
        auto made = co_await store.write(std::move(set), mode, std::nullopt, context);
        co_return std::move(made.value());
    }
};

}  // namespace tidings::todo_be_test
